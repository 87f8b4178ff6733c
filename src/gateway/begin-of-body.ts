import type { IncomingMessage } from 'node:http'

/** The first bytes of a body, as they came, and whether they are all of it. */
export type BodyBegin = { readonly parts: readonly Buffer[]; readonly isWhole: boolean }

/** Reads a body until it ends or more than `bytesMax` of it are here; what is left waits to be read. Undefined when its client has left before. */
export function beginOfBody(request: IncomingMessage, bytesMax: number): Promise<BodyBegin | undefined> {
  if (request.destroyed) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    const onData = (part: Buffer): void => {
      parts.push(part)
      bytes += part.length
      if (bytes > bytesMax) done({ parts, isWhole: false })
    }
    const onEnd = (): void => done({ parts, isWhole: true })
    const onGone = (): void => done(undefined)
    const done = (begin: BodyBegin | undefined): void => {
      request.pause()
      request.off('data', onData).off('end', onEnd).off('close', onGone)
      resolve(begin)
    }
    request.on('data', onData).on('end', onEnd).on('close', onGone)
    // What is told with an error is told with the close that follows it.
    request.on('error', () => undefined)
  })
}
