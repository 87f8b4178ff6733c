/**
 * The path that OpenAI has for a call at Azure: of its v1 API, or of the API of dated versions, which is none without its version; other
 * paths as they are. Source: https://learn.microsoft.com/en-us/azure/foundry/openai/reference (2026-11-26).
 */
export function openaiPathOf(url: string): string {
  const [path = '', query = ''] = url.split('?', 2)
  const current = /^\/openai(\/v1\/.*)$/.exec(path)?.[1]
  const dated = /^\/openai\/deployments\/[^/]+(\/.*)$/.exec(path)?.[1]
  if (dated !== undefined) return /^api-version=\d{4}-\d\d-\d\d(?:-preview)?$/.test(query) ? `/v1${dated}` : path
  return current ?? path
}
