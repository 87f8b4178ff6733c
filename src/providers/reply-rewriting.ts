import type { IncomingHttpHeaders } from 'node:http'

/** The head of a reply. */
export type ReplyHead = { readonly status: number; readonly headers: IncomingHttpHeaders }

/** How a reply that comes in a form of its own is read as its protocol has it: with another head, and the bytes as they are written anew. */
export type ReplyRewriting = ReplyHead & {
  /** What goes on for the next bytes. Throws UpstreamTold where they tell a failure, and another error where they are none. */
  readonly push: (chunk: Buffer) => Buffer
  /** What goes on at the end; throws where something is missing. */
  readonly end: () => Buffer
}

/** A failure that an upstream tells in the midst of a reply, by the status that it stands for; its words stay there. */
export class UpstreamTold extends Error {
  readonly status: number

  constructor(status: number) {
    super(`the upstream told a failure in its reply: ${status}`)
    this.status = status
  }
}
