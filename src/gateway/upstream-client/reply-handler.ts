import type { IncomingHttpHeaders } from 'node:http'

/** What the taker of a reply can do to it. */
export type ReplyControl = {
  readonly paused: boolean
  /** Whether the request is over and the system has all of it, so that nobody reads its body here any more; missing where that is not known. */
  readonly isSent?: boolean
  readonly pause: () => void
  readonly resume: () => void
  /** Ends the connection; the handler is told of the reason as of any other error. */
  readonly abort: (reason: Error) => void
}

/** Who takes a reply. After `onResponseEnd` or `onResponseError` nothing more is told; an error can come before everything else. */
export type ReplyHandler = {
  /** The request goes out now. */
  readonly onRequestStart: (control: ReplyControl) => void
  /** The final head; interim ones are not told. */
  readonly onResponseStart: (control: ReplyControl, status: number, headers: IncomingHttpHeaders) => void
  readonly onResponseData: (control: ReplyControl, chunk: Buffer) => void
  readonly onResponseEnd: (control: ReplyControl) => void
  readonly onResponseError: (control: ReplyControl, error: Error) => void
}
