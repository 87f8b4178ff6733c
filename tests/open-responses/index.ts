/** Open Responses as its specification describes it, for tests: the response, the events of its streams, and what holds between them. */
export { readStream, type Streamed } from './read-stream.ts'
export { type Resource, resource } from './resource.ts'
