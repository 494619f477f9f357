/** What needs `node:crypto`, loaded while the bus is asked. */
export { proofOf, readProofKey } from "../keychain/secret-service/entry-proof.ts";
export { startKeyAgreement, transferAlgorithm } from "../keychain/secret-service/transfer-session.ts";
