/** Begins the one line on standard output with which a server announces itself; JSON follows on the same line. */
export const ANNOUNCE_PREFIX = "LATCHKEY_SERVER_LISTENING ";

/** The paths of the server that the supervisor and other clients know. */
export const serverPaths = { health: "/healthz", ready: "/readyz", environment: "/v1/environment" } as const;

/**
 * Set on whatever comes through the front, whose clients ask for what the server offers and may not choose where it
 * sends its secrets.
 */
export const FRONT_HEADER = "x-latchkey-front";
