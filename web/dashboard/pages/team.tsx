import { useState } from 'react'
import { Asked, Notice, Page } from '../../parts/index.ts'
import type { DaysUsed, Member } from '../answers.ts'
import { useMay } from '../rights.ts'
import { useSession } from '../session.tsx'
import { SignOn } from '../sign-on/sign-on.tsx'
import { InviteMember } from '../team/invite-member.tsx'
import { LeaveAccount } from '../team/leave-account.tsx'
import { MemberList } from '../team/member-list.tsx'
import { NameTeam } from '../team/name-team.tsx'
import { OpenInvitations } from '../team/open-invitations.tsx'
import { dayOf, daysBefore } from '../usage/sums.ts'
import { useWords } from '../words/index.ts'

const DAYS = 30

/** Who acts for the account, in what role and within what cap, and who is invited to. */
export function TeamPage() {
  const words = useWords().team
  const may = useMay()
  const { account, accounts } = useSession()
  const team = accounts.find(({ id }) => id === account.id)?.team ?? null
  const [asked, setAsked] = useState<'invite' | 'name'>()
  const close = () => setAsked(undefined)
  const today = dayOf(Date.now())
  return (
    <Page
      title={team ?? words.title}
      lead={words.lead}
      acts={
        may('run') && (
          <>
            <button type="button" className="main" onClick={() => setAsked('invite')}>
              {words.invite}
            </button>
            <button type="button" onClick={() => setAsked('name')}>
              {team === null ? words.nameTeam : words.renameTeam}
            </button>
          </>
        )
      }
    >
      <Asked<readonly Member[]> path="/api/team/members">
        {(members) => (
          <Asked<DaysUsed> path={`/api/usage/by-day?startDate=${daysBefore(today, DAYS - 1)}&endDate=${today}`}>
            {({ days }) => (
              <>
                {members.length === 1 && <Notice>{words.alone}</Notice>}
                <MemberList members={members} used={days} />
                <OpenInvitations members={members} />
                <SignOn />
                <LeaveAccount members={members} />
              </>
            )}
          </Asked>
        )}
      </Asked>
      <p className="faint">
        {words.elsewhere} <a href="/dashboard/join">{words.joinAct}</a>
      </p>
      {asked === 'invite' && <InviteMember isOwner={account.role === 'owner'} onClose={close} />}
      {asked === 'name' && <NameTeam team={team} onClose={close} />}
    </Page>
  )
}
