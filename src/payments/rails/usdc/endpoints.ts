import { type RpcCall, RpcError } from './rpc.ts'

/** The endpoints of a chain, 1 to 3, in the order they are configured. */
export type Endpoints = readonly RpcCall[]

/** What endpoints said of one thing: enough said the same, they contradict each other, or too few answered. */
export type Agreed<T> =
  | { readonly result: 'agreed'; readonly value: T; readonly dissenters: number }
  | { readonly result: 'disagreed' }
  | { readonly result: 'unreached' }

/** Answers that have to be the same: the only one of one, both of two, two of three. */
export const neededOf = (endpoints: Endpoints): number => (endpoints.length === 1 ? 1 : 2)

/**
 * Asks all endpoints for the same and takes what enough of them say; `textOf` is the same text for the same answer. One that does not answer
 * (RpcError) says nothing.
 */
export async function askAll<T>(
  endpoints: Endpoints,
  read: (call: RpcCall) => Promise<T>,
  textOf: (value: T) => string,
): Promise<Agreed<T>> {
  const answers = await answersOf(endpoints, read)
  const groups = Map.groupBy(answers, ({ value }) => textOf(value))
  for (const [first, ...same] of groups.values()) {
    if (first !== undefined && same.length + 1 >= neededOf(endpoints))
      return { result: 'agreed', value: first.value, dissenters: answers.length - same.length - 1 }
  }
  return groups.size > 1 ? { result: 'disagreed' } : { result: 'unreached' }
}

/** The highest count that enough endpoints reach, so that one that boasts or lags alone moves nothing; undefined when too few answered. */
export async function askHeight(endpoints: Endpoints, read: (call: RpcCall) => Promise<number>): Promise<number | undefined> {
  const counts = (await answersOf(endpoints, read)).map(({ value }) => value).sort((one, other) => other - one)
  return counts[neededOf(endpoints) - 1]
}

type Answer<T> = { readonly value: T }

async function answersOf<T>(endpoints: Endpoints, read: (call: RpcCall) => Promise<T>): Promise<readonly Answer<T>[]> {
  const answers = await Promise.all(endpoints.map((call) => read(call).then((value) => ({ value }), silent)))
  return answers.filter((answer) => answer !== undefined)
}

function silent(thrown: unknown): undefined {
  if (!(thrown instanceof RpcError)) throw thrown
}
