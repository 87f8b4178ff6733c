import type { ReactNode } from 'react'
import { nanoOf, showCount, showUsd } from '../../lib/money.ts'
import { Section, useAsked, When } from '../../parts/index.ts'
import type { Member, OwnKeyDetails } from '../answers.ts'
import { useWords } from '../words/index.ts'

/** What a key may spend, and what is spent of it. */
export function KeyBudget({ apiKey, onEdit }: { readonly apiKey: OwnKeyDetails; readonly onEdit: (() => void) | undefined }) {
  const { one: words } = useWords().keys
  return (
    <Section title={words.budget}>
      {apiKey.spending.length === 0 && (
        <p className="row">
          <span>{words.noBudget}</span>
          {onEdit !== undefined && (
            <button type="button" className="plain" onClick={onEdit}>
              {words.setBudget}
            </button>
          )}
        </p>
      )}
      {apiKey.spending.map((limit) => (
        <Spent key={limit.of} limit={limit} />
      ))}
    </Section>
  )
}

const PARTS = 1_000n

function Spent({ limit }: { readonly limit: OwnKeyDetails['spending'][number] }) {
  const { one: words } = useWords().keys
  const [spent, whole] = [nanoOf(limit.spent), limit.limit === null ? 0n : nanoOf(limit.limit)]
  const parts = whole === 0n ? 0n : spent >= whole ? PARTS : (spent * PARTS) / whole
  const how = parts >= 990n ? 'full' : parts >= 800n ? 'near' : ''
  return (
    <div>
      <div className="ends">
        <span>
          {words.of[limit.of]} <span className="faint">· {words.per[limit.duration]}</span>
        </span>
        <span className="figure">
          {limit.limit === null ? words.usedFree(showUsd(limit.spent)) : words.used(showUsd(limit.spent), showUsd(limit.limit))}
        </span>
      </div>
      {limit.limit !== null && (
        <div className={`meter ${how}`} aria-hidden="true">
          <i style={{ width: `${Number(parts) / 10}%` }} />
        </div>
      )}
      {limit.resets_at !== null && (
        <p className="faint">
          {words.resets} <When at={limit.resets_at} />
        </p>
      )}
    </div>
  )
}

/** How fast a key may call, what, from where, to where and until when. */
export function KeyRules({ apiKey }: { readonly apiKey: OwnKeyDetails }) {
  const { one: words, form, ...all } = useWords().keys
  const { data: members } = useAsked<readonly Member[]>('/api/team/members', { isWanted: apiKey.madeBy !== null })
  const maker = members?.find(({ id }) => id === apiKey.madeBy)
  const { requests_per_minute: requests, tokens_per_minute: tokens, concurrent_calls: calls } = apiKey.limits
  const count = (limit: number | null) => (limit === null ? <span className="faint">{words.none}</span> : showCount(limit))
  return (
    <Section title={words.rules}>
      <dl className="facts">
        <Fact name={form.perMinute}>{count(requests)}</Fact>
        <Fact name={form.tokensPerMinute}>{count(tokens)}</Fact>
        <Fact name={form.atOnce}>{count(calls)}</Fact>
        <Fact name={form.models}>
          <Codes of={apiKey.models} none={words.everyModel} />
        </Fact>
        <Fact name={words.from}>
          <Codes of={apiKey.ipRanges} none={words.everywhere} />
        </Fact>
        <Fact name={words.to}>{placesOf(apiKey.routing, words).join(' · ') || <span className="faint">{words.everywhere}</span>}</Fact>
        <Fact name={words.expires}>
          {apiKey.expiresAt === null ? <span className="faint">{words.noEnd}</span> : <When at={apiKey.expiresAt} />}
        </Fact>
        <Fact name={all.pays}>{apiKey.keyType === 'credit' ? all.balance : apiKey.keyPlan}</Fact>
        <Fact name={words.by}>{makerOf(apiKey, maker, words)}</Fact>
      </dl>
    </Section>
  )
}

function makerOf({ madeBy }: OwnKeyDetails, maker: Member | undefined, words: Words): string {
  if (madeBy === null) return words.byNobody
  if (maker?.isYou === true) return words.you
  return maker?.email ?? madeBy.slice(0, 8)
}

/** Words in a row, each of which can be long; `none` where there are none. */
function Codes({ of, none }: { readonly of: readonly string[] | null; readonly none: string }) {
  if (of === null) return <span className="faint">{none}</span>
  return (
    <ul className="plain-words">
      {of.map((word) => (
        <li key={word}>
          <code>{word}</code>
        </li>
      ))}
    </ul>
  )
}

type Words = ReturnType<typeof useWords>['keys']['one']

/** Where calls may go, in words; nothing when they may go everywhere. */
function placesOf(routing: OwnKeyDetails['routing'], words: Words): readonly string[] {
  if (routing === null) return []
  return [
    ...(routing.local_only ? [words.local] : []),
    ...(routing.zdr_only ? [words.zdr] : []),
    ...(routing.countries === null ? [] : [words.inCountries(routing.countries.join(', '))]),
    ...(routing.allow === null ? [] : [words.only(routing.allow.join(', '))]),
    ...(routing.deny === null ? [] : [words.not(routing.deny.join(', '))]),
  ]
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
