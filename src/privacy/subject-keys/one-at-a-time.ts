/** Runs works of the same name one after the other, in the order they came; works of other names beside them. */
export type Queue = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** A queue that keeps nothing of a name when its works are done. */
export function oneAtATime(): Queue {
  const last = new Map<string, Promise<unknown>>()
  return async (name, work) => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work, work)
    last.set(name, mine)
    try {
      return await mine
    } finally {
      if (last.get(name) === mine) last.delete(name)
    }
  }
}
