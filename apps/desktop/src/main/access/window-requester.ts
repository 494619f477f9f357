import type { AccessRequest, AccessResponse } from "@latchkey/api-contracts/access";
import { RequesterId } from "@latchkey/api-contracts/ids";
import type { Requester } from "@latchkey/connections";

/** Asks for the window. Nothing in it says who asks: that is known here. */
export type RequestFromWindow = (
  request: Pick<AccessRequest, "connectionId" | "reason">,
) => Promise<AccessResponse>;

/** The main window as a requester: with no more rights than any other, and asked about in the same way. */
export const windowRequester: Requester = {
  requesterId: RequesterId.parse("window"),
  name: "Latchkey",
  isVerified: true,
};
