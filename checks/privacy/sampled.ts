import type { World } from '../world.ts'

const SAMPLE_MS = 100

/** Looks at a world again and again while work is done; returns how often. What has ended between two looks is not seen. */
export async function sampleDuring(world: World, look: (world: World) => void, work: () => Promise<unknown>): Promise<number> {
  let samples = 0
  const take = (): void => {
    samples += 1
    look(world)
  }
  const timer = setInterval(take, SAMPLE_MS)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  take()
  return samples
}
