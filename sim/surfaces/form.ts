import type { SurfaceRequest } from './surface.ts'

/** The fields and the bytes of the files of a form; undefined when it is none. */
export function readForm(contentType: string, body: Buffer): Omit<SurfaceRequest, 'tokenizer'> | undefined {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1]
  if (boundary === undefined) return undefined
  const text = `\r\n${body.toString('latin1')}`
  const fields: Record<string, unknown> = {}
  let fileBytes = 0
  const parts = text.split(`\r\n--${boundary}`)
  if (parts.at(-1)?.startsWith('--') !== true) return undefined
  for (const part of parts.slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n')
    const name = /; ?name="([^"]*)"/i.exec(part.slice(0, end))?.[1]
    if (end < 0 || name === undefined) return undefined
    const content = part.slice(end + 4)
    if (/; ?filename=/i.test(part.slice(0, end))) fileBytes += content.length
    else fields[name] = Buffer.from(content, 'latin1').toString()
  }
  return { fields, fileBytes }
}
