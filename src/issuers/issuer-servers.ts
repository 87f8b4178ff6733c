import type { IssuerSettings } from './vouching.ts'

/** Every address that is called for issuers, and why; GitHub's and Google's pages are opened by browsers, but their tokens come from there too. */
export const issuerServers = (issuers: readonly IssuerSettings[]): readonly { readonly url: string; readonly why: string }[] =>
  issuers.flatMap(({ name, origins }) => (origins ?? []).map((url) => ({ url, why: `sign-in with ${name}` })))
