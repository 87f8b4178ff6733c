/** The client left before its answer was complete. */
export class ClientGone extends Error {}
