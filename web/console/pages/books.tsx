import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { showCount } from '../../lib/money.ts'
import { useAct } from '../../lib/use-act.ts'
import { Failed, Notice, Page, Section, Waiting, When } from '../../parts/index.ts'
import type { LedgerVerdict } from '../answers.ts'
import { Reconciliations } from '../books/reconciliations.tsx'
import { useWords } from '../words/index.ts'

/** The books: whether they agree with themselves, and whether others agree with them. */
export function BooksPage() {
  const words = useWords().books
  return (
    <Page title={words.title} lead={words.lead}>
      <Verify />
      <Reconciliations />
    </Page>
  )
}

function Verify() {
  const words = useWords().books
  const [found, setFound] = useState<{ readonly verdict: LedgerVerdict; readonly at: string }>()
  const verify = useAct(async () => {
    const verdict = await call<LedgerVerdict>('/operator/v1/ledger/verify')
    setFound({ verdict, at: new Date().toISOString() })
  })
  return (
    <Section
      title={words.verify}
      acts={
        <button type="button" className="main" disabled={verify.isRunning} onClick={() => void verify.run()}>
          {words.verifyAct}
        </button>
      }
    >
      <p className="faint">{words.verifyMeans}</p>
      {verify.isRunning && <Waiting />}
      {verify.error !== undefined && <Failed error={verify.error} />}
      {found !== undefined && <Verdict {...found} />}
    </Section>
  )
}

function Verdict({ verdict, at }: { readonly verdict: LedgerVerdict; readonly at: string }) {
  const words = useWords().books
  return (
    <>
      <Notice kind={verdict.ok ? 'proven' : 'loss'}>
        <strong>{verdict.ok ? words.holds : words.breaks}</strong>
        <span className="faint">
          <When at={at} />
        </span>
        {verdict.problems.map((problem) => (
          <code key={problem}>{problem}</code>
        ))}
      </Notice>
      {verdict.frozen.length > 0 && (
        <Notice kind="loss">
          <span>{words.frozen}</span>
          {verdict.frozen.map(({ account, reason }) => (
            <Link key={account} to={`/accounts/${account}`}>
              {account} ({reason})
            </Link>
          ))}
        </Notice>
      )}
      <details>
        <summary className="faint">{words.checked}</summary>
        <dl className="roll">
          {Object.entries(verdict.checked).map(([name, count]) => (
            <div key={name}>
              <dt>{name.replaceAll('_', ' ')}</dt>
              <dd>{showCount(count)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}
