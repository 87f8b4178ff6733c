/** Gives the bytes of a reply with other ids for the containers that it tells, as they come and when no more do. */
export type ContainerRenaming = { readonly push: (chunk: Buffer) => Buffer; readonly end: () => Buffer }

/** Where a reply tells a container. Within texts quotes are escaped, so this stands in none. */
const TOLD =
  /("container"\s{0,9}:\s{0,9}\{\s{0,9}(?:"expires_at"\s{0,9}:\s{0,9}"[^"]{0,60}"\s{0,9},\s{0,9})?"id"\s{0,9}:\s{0,9}")([\w-]{1,200})"/g
const KEY = '"container"'
/** What may be the beginning of it at the end of what has come. */
const BEGUN = /^"container"\s{0,9}(?::\s{0,9}(?:\{[^{}]{0,400})?)?$/

/**
 * Renames the containers that a reply tells, whole or streamed, wherever it is cut into chunks.
 * Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/code-execution-tool#container-reuse (2026-11-29).
 */
export function renameContainers(nameOf: (id: string) => string): ContainerRenaming {
  let held = ''
  return {
    push: (chunk) => {
      const text = (held + chunk.toString('latin1')).replace(TOLD, (_, before: string, id: string) => `${before}${nameOf(id)}"`)
      const from = heldFrom(text)
      held = text.slice(from)
      return Buffer.from(text.slice(0, from), 'latin1')
    },
    end: () => Buffer.from(held, 'latin1'),
  }
}

/** Where begins what is held back until more has come. */
function heldFrom(text: string): number {
  const last = text.lastIndexOf(KEY)
  if (last >= 0 && BEGUN.test(text.slice(last))) return last
  for (let length = Math.min(KEY.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(KEY.slice(0, length))) return text.length - length
  return text.length
}
