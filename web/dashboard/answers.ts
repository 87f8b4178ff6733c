import type { z } from 'zod'
import type * as contract from '../../src/api/contract/index.ts'

/** What the server answers, by the schemas that it answers with. */
export type Profile = z.output<typeof contract.profileShown>
export type SignInAnswer = z.output<typeof contract.signInShown>
export type SignedIn = z.output<typeof contract.signedInShown>
export type OwnAccount = z.output<typeof contract.ownAccountShown>
export type OwnCredits = z.output<typeof contract.ownCreditsShown>
export type OwnKey = z.output<typeof contract.ownKeyShown>
export type MintedKey = z.output<typeof contract.ownKeyMinted>
export type AccountUsage = z.output<typeof contract.accountUsageShown>
export type OwnCall = z.output<typeof contract.ownCallShown>
export type CallPage = { readonly data: readonly OwnCall[]; readonly next: string | null }
export type DaysUsed = z.output<typeof contract.daysUsedShown>
export type Statement = z.output<typeof contract.statementShown>
