import type { IncomingMessage } from 'node:http'

/**
 * Has a message's body come in one part for each read of its connection. A parser hands on each chunk by itself, so whoever sends a body in single bytes
 * has ten thousand parts made, told and passed on of one read, which holds up all others. To be called when the message is told of, before anything waits.
 */
export function joinParts(message: IncomingMessage): void {
  const push = message.push.bind(message)
  let waiting: Buffer[] = []
  let wantsMore = true
  const passOn = (): void => {
    const [first] = waiting
    if (first === undefined) return
    const part = waiting.length === 1 ? first : Buffer.concat(waiting)
    waiting = []
    wantsMore = push(part)
  }
  message.push = (part: Buffer | null) => {
    if (part === null) {
      passOn()
      return push(null)
    }
    // The parser is done with what was read when this has its turn; next ticks come between its chunks.
    if (waiting.length === 0) setImmediate(passOn)
    waiting.push(part)
    return wantsMore
  }
}
