import { useState } from 'react'
import { nanoOf, showUsd, usdOf } from '../../lib/money.ts'
import { List, Money, Section, Tag, When } from '../../parts/index.ts'
import type { Member } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useSession } from '../session.tsx'
import { type DayUsed, sumUsed } from '../usage/sums.ts'
import { useWords } from '../words/index.ts'
import { nameOfMember } from './about-member.ts'
import { ChangeMember } from './change-member.tsx'
import { RemoveMember } from './remove-member.tsx'

type Asked = { readonly what: 'change' | 'remove'; readonly member: Member }

/** The members of the account, what each may and spends. */
export function MemberList({ members, used }: { readonly members: readonly Member[]; readonly used: readonly DayUsed[] }) {
  const words = useWords().team
  const [asked, setAsked] = useState<Asked>()
  const onClose = () => setAsked(undefined)
  const spentBy = (id: string) => {
    const { cost, covered } = sumUsed(used.filter(({ memberId }) => memberId === id))
    return usdOf(cost + covered)
  }
  return (
    <Section title={words.members}>
      <List
        caption={words.members}
        entries={members}
        keyOf={({ id }) => id}
        columns={[
          { head: words.who, cell: (member) => <Who member={member} /> },
          { head: words.role, cell: ({ role }) => words.roles[role], isWhole: true },
          { head: words.cap, cell: ({ cap }) => <Cap cap={cap} /> },
          {
            head: words.thirty,
            isNumber: true,
            cell: ({ id }) => (
              <a href={`/dashboard/usage?by=memberId&member=${id}`}>
                <Money usd={spentBy(id)} />
              </a>
            ),
          },
          { head: words.since, cell: ({ joinedAt }) => <When at={joinedAt} isDay /> },
          { head: words.doings, isActs: true, cell: (member) => <Acts member={member} onAsk={(what) => setAsked({ what, member })} /> },
        ]}
      />
      {asked?.what === 'change' && <ChangeMember member={asked.member} onClose={onClose} />}
      {asked?.what === 'remove' && <RemoveMember member={asked.member} onClose={onClose} />}
    </Section>
  )
}

function Who({ member }: { readonly member: Member }) {
  const words = useWords().team
  return (
    <span className="row">
      {nameOfMember(member, words.numbered)} {member.isYou && <Tag kind="good">{words.you}</Tag>}{' '}
      {member.isOpener && <Tag>{words.opener}</Tag>}
    </span>
  )
}

const NEAR = 8n

function Cap({ cap }: Pick<Member, 'cap'>) {
  const words = useWords().team
  if (cap === null) return <span className="faint">{words.noCap}</span>
  const [spent, amount] = [nanoOf(cap.spent), nanoOf(cap.amount)]
  const window = cap.window === 'day' || cap.window === 'week' ? cap.window : 'month'
  const kind = spent >= amount ? 'bad' : spent * 10n >= amount * NEAR ? 'todo' : undefined
  return (
    <span className="row">
      <span className="nowrap">{words.capOf(showUsd(cap.amount), window)}</span>
      <Tag {...(kind === undefined ? {} : { kind })}>{words.spent(showUsd(cap.spent))}</Tag>
    </span>
  )
}

/** An admin has nothing to do with owners, and nobody removes who opened the account. */
function Acts({ member, onAsk }: { readonly member: Member; readonly onAsk: (what: Asked['what']) => void }) {
  const words = useWords().team
  const may = useMay()
  const { account } = useSession()
  if (!may('run') || (member.role === 'owner' && account.role !== 'owner')) return null
  return (
    <>
      <button type="button" className="plain" onClick={() => onAsk('change')}>
        {words.change}
      </button>
      {!member.isOpener && !member.isYou && (
        <button type="button" className="plain grave" onClick={() => onAsk('remove')}>
          {words.remove}
        </button>
      )}
    </>
  )
}
