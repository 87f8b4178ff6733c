import { request } from 'undici'

const LOOK_MS_MAX = 5_000

/** What is answered for a token by the name that is looked at, on this machine; undefined where nobody answers or it is not there. Source: RFC 8555 §8.3 (2019-03). */
export async function fetchAnswer(at: {
  readonly port: number
  readonly name: string
  readonly token: string
}): Promise<string | undefined> {
  try {
    const reply = await request(`http://127.0.0.1:${at.port}/.well-known/acme-challenge/${at.token}`, {
      ...{ headers: { host: at.name }, signal: AbortSignal.timeout(LOOK_MS_MAX) },
    })
    const text = await reply.body.text()
    return reply.statusCode === 200 ? text : undefined
  } catch {
    // Nobody listens.
    return undefined
  }
}
