import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../lib/call.ts'
import { Asked, List, Notice, Page, Section, Tag, When } from '../../parts/index.ts'
import type { OperatorCodes, OperatorSessions } from '../answers.ts'
import { CodesDialog } from '../own/codes-shown.tsx'
import { OwnEmail } from '../own/own-email.tsx'
import { OwnIssuers } from '../own/own-issuers.tsx'
import { OwnPasskeys } from '../own/own-passkeys.tsx'
import { OwnPassword } from '../own/own-password.tsx'
import { ActButton } from '../parts/index.ts'
import { useSession } from '../session.tsx'
import { useWords } from '../words/index.ts'

const NAMELESS = 'operator-token'

/** How an operator signs in, and where they are signed in. */
export function OwnPage() {
  const words = useWords().own
  const { name } = useSession()
  const [codes, setCodes] = useState<readonly string[]>([])
  return (
    <Page title={name === NAMELESS ? words.title : name} lead={words.lead}>
      {name === NAMELESS ? (
        <Notice kind="todo">
          <span>{words.nameless}</span>
          <a className="button" href="/console/operators">
            {words.inviteYourself}
          </a>
        </Notice>
      ) : (
        <>
          <OwnPasskeys onCodes={setCodes} />
          <OwnPassword onCodes={setCodes} />
          <OwnIssuers />
          <RecoveryCodes onCodes={setCodes} />
          <OwnEmail />
        </>
      )}
      <OwnSessions />
      {codes.length > 0 && <CodesDialog codes={codes} onClose={() => setCodes([])} />}
    </Page>
  )
}

function RecoveryCodes({ onCodes }: { readonly onCodes: (codes: readonly string[]) => void }) {
  const words = useWords().own
  const { recovery_codes_left: left } = useSession()
  const client = useQueryClient()
  const renew = async () => {
    onCodes((await call<OperatorCodes>('/operator/auth/recovery-codes', { method: 'POST' })).recovery_codes)
    await client.invalidateQueries({ queryKey: ['/operator/auth/me'] })
  }
  return (
    <Section title={words.codes} acts={<ActButton name={words.newCodes} run={renew} />}>
      <p>
        {words.codesLeft(left)} <span className="faint">{words.codesAre}</span>
      </p>
    </Section>
  )
}

function OwnSessions() {
  const words = useWords().own
  const path = '/operator/auth/sessions'
  return (
    <Section title={words.sessions} acts={<ActButton name={words.endOthers} kind="plain" run={() => call(path, { method: 'DELETE' })} />}>
      <Asked<OperatorSessions> path={path}>
        {({ data }) => (
          <List
            caption={words.sessions}
            entries={data}
            keyOf={({ id }) => id}
            columns={[
              {
                head: words.browser,
                cell: ({ browser, is_this: isThis }) => (
                  <span className="row">
                    {browser} {isThis && <Tag kind="good">{words.here}</Tag>}
                  </span>
                ),
              },
              { head: words.way, cell: ({ way }) => words.ways[way as keyof typeof words.ways] ?? way },
              { head: words.since, cell: (session) => <When at={session.created_at} /> },
              { head: words.seen, cell: (session) => <When at={session.seen_at} /> },
              {
                head: words.doings,
                isActs: true,
                cell: ({ id, is_this: isThis }) =>
                  !isThis && <ActButton name={words.endSession} kind="plain" run={() => call(`${path}/${id}`, { method: 'DELETE' })} />,
              },
            ]}
          />
        )}
      </Asked>
    </Section>
  )
}
