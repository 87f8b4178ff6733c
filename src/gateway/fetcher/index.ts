/** Fetches what addresses in requests name, for upstreams that need bytes; off unless an upstream says so, never anything but public https. */
export { fetchMedia, type Wanted } from './fetch-media.ts'
export { type FetchedMedia, inlineMedia, placeholders } from './inline-media.ts'
