import { type Outside, type PublicClient, publicClient, publicUrlOf } from '../outbound/index.ts'

/** A message that is to be sent to an address. */
export type Message = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string }

const ANSWER_MS_MAX = 10_000
const ANSWER_BYTES_MAX = 65_536

/**
 * Sends a message and resolves with the status of the answer; undefined where there was none within ten seconds, or where the address does not lead
 * to a public host. One request; no redirect is followed and nothing of the answer is kept.
 */
export async function postMessage(outside: Outside, { url, headers, body }: Message): Promise<number | undefined> {
  const wanted = publicUrlOf(url)
  if (wanted === undefined) return undefined
  const signal = AbortSignal.timeout(ANSWER_MS_MAX)
  let client: PublicClient | undefined
  try {
    client = await publicClient(outside, wanted.name, signal)
    const sent = { ...headers, 'content-type': 'application/json', 'user-agent': 'farebox-webhooks' }
    const reply = await client.request({ method: 'POST', path: wanted.path, headers: sent, body, signal })
    await reply.body.dump({ limit: ANSWER_BYTES_MAX, signal })
    return reply.statusCode
  } catch {
    // Why there was no answer is told to nobody: it could tell of networks that are not theirs.
    return undefined
  } finally {
    await client?.destroy()
  }
}
