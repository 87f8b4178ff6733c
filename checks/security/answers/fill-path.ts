/** Asks a GET door and resolves with its JSON, undefined when it was refused. */
export type AskList = (path: string) => Promise<unknown>

/** What a parameter is where no list of the interface tells: months, days, blocks, words. */
const FIXED: Readonly<Record<string, string>> = {
  month: '2026-11',
  day: '2026-11-01',
  version: '1',
  number: '1',
  step: 'name',
  key: 'verification',
  file: '1.md',
  chain: '8453',
  rail: 'stripe',
  issuer: 'nobody',
  token: 'nothing',
}
const NOBODY = '01900000-0000-7000-8000-000000000000'

/** A path of the router with each parameter filled: by the first entry of the list that stands before it, else by something of its kind. */
export async function fillPath(path: string, ask: AskList): Promise<string> {
  let filled = ''
  for (const segment of path.split('/').slice(1)) {
    const name = /^:(\w+)/.exec(segment)?.[1]
    filled += `/${name === undefined ? segment : await valueFor(name, filled, ask)}`
  }
  return filled
}

async function valueFor(name: string, before: string, ask: AskList): Promise<string> {
  const known = FIXED[name]
  if (known !== undefined) return known
  return firstId(await ask(before)) ?? NOBODY
}

/** The id of the first entry of a list, in the envelope of either interface. */
function firstId(told: unknown): string | undefined {
  const data = isRecord(told) ? told['data'] : undefined
  const list = Array.isArray(data) ? data : isRecord(data) ? Object.values(data).find(Array.isArray) : undefined
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  if (!isRecord(first)) return undefined
  const id = first['id'] ?? first['keyId'] ?? first['slug'] ?? first['name']
  return typeof id === 'string' ? encodeURIComponent(id) : undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
