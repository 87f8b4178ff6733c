/** The session is over, so nobody waits any more. */
export class SessionOver extends Error {}
