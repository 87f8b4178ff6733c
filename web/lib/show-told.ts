import type { QueryClient } from '@tanstack/react-query'

/** Shows at `path` what an act was answered, and not what was asked for before the act and comes after it; resolves when pages have it. */
export async function showTold<Answer>(client: QueryClient, path: string, told: Answer): Promise<void> {
  await client.cancelQueries({ queryKey: [path] })
  client.setQueryData<Answer>([path], told)
  // Pages are told in the next turn.
  await new Promise((resolve) => setTimeout(resolve))
}
