import { useLanguage } from '../../lib/language.tsx'
import { Section } from '../../parts/index.ts'
import type { Account } from '../answers.ts'
import { useWords } from '../words/index.ts'

const MONTHS_MAX = 12

/** The months of an account, each to be opened as a page or taken as a list. */
export function AccountStatements({ account }: { readonly account: Account }) {
  const words = useWords().account
  const { language } = useLanguage()
  const months = monthsSince(new Date(account.created_at), new Date())
  return (
    <Section title={words.statements}>
      <ul className="plain-list">
        {months.map((month) => (
          <li key={month} className="row">
            <time>{month}</time>
            <a href={`/operator/v1/accounts/${account.id}/statements/${month}.html?lang=${language}`} target="_blank" rel="noreferrer">
              {words.asPage}
            </a>
            <a href={`/operator/v1/accounts/${account.id}/statements/${month}.csv`} download>
              CSV
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** UTC months from now back to a time, twelve at most. */
function monthsSince(begin: Date, now: Date): readonly string[] {
  const count = (now.getUTCFullYear() - begin.getUTCFullYear()) * 12 + now.getUTCMonth() - begin.getUTCMonth() + 1
  return Array.from({ length: Math.min(MONTHS_MAX, Math.max(1, count)) }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  )
}
