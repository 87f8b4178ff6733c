import type { Ask, PlaygroundProtocol } from './protocol.ts'

/** The same ask as a line for a shell, with the key in a variable and a file by its name. */
export function curlOf(protocol: PlaygroundProtocol, ask: Ask, base: string): string {
  const { fileField, headers, answer } = protocol
  const type = fileField === undefined ? { 'content-type': 'application/json' } : {}
  const lines = Object.entries({ authorization: 'Bearer $FAREBOX_KEY', ...type, ...headers }).map(
    ([name, value]) => `  -H "${name}: ${value}"`,
  )
  return [
    `curl -N '${base}${protocol.path(ask)}'`,
    ...lines,
    ...(answer === 'bytes' ? ['  --output speech.mp3'] : []),
    ...(fileField === undefined ? [`  -d ${shellQuoted(JSON.stringify(protocol.body(ask), null, 2))}`] : formLines(protocol, ask)),
  ].join(' \\\n')
}

/** Fields as texts, whatever they begin with; the file last, as a gateway reads a form up to its model. Source: curl.se/docs/manpage.html#-F (2026-11-27). */
function formLines({ body, fileField }: PlaygroundProtocol, ask: Ask): readonly string[] {
  const fields = Object.entries(body(ask)).map(([name, value]) => `  --form-string ${shellQuoted(`${name}=${String(value)}`)}`)
  return [...fields, `  -F ${shellQuoted(`${fileField}=@"${(ask.file?.name ?? 'FILE').replace(/[\\"]/g, '\\$&')}"`)}`]
}

/** A text that a POSIX shell reads as it is. Source: POSIX.1-2024 XCU 2.2.2 (read 2026-11-26). */
const shellQuoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`
