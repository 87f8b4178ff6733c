import { readFile } from 'node:fs/promises'
import { errorCode } from '../lib/index.ts'
import { type CommandContext, ExitError } from './command.ts'

const FAILED = 1
const BYTES_MAX = 10_000_000
const FETCH_MS_MAX = 10_000

/** Whether a place that was named is a URL. */
export const isUrl = (place: string): boolean => /^https?:\/\//.test(place)

/** The text of a file or, where it begins like one, of a URL; ends the command when there is none. */
export async function readSource(context: CommandContext, place: string): Promise<string> {
  try {
    const text = isUrl(place) ? await fetchText(place) : await readFile(place, 'utf8')
    return text.length <= BYTES_MAX ? text : refuseSource(context, `${place} is larger than ${BYTES_MAX} bytes.`)
  } catch (thrown) {
    if (thrown instanceof ExitError) throw thrown
    return refuseSource(context, `${place} cannot be read (${errorCode(thrown)}).`)
  }
}

/** Says what is wrong with a source, and ends the command. */
export function refuseSource(context: CommandContext, message: string): never {
  context.note(message)
  throw new ExitError(FAILED)
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS_MAX) })
  if (!answer.ok) throw new RangeError(`answered ${answer.status}`)
  return await answer.text()
}
