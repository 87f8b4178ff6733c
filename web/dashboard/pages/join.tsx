import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { textIn } from '../../lib/text-in.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Failed, Field, useAsked, Waiting } from '../../parts/index.ts'
import { BackToOwn } from '../acting.tsx'
import type { LookedAtInvitation, Profile } from '../answers.ts'
import { Door } from '../door.tsx'
import { broughtInvitation, JOIN_PATH, typedInvitation, withInvitation } from '../invitation.ts'
import { InvitationShown } from '../team/invitation-shown.tsx'
import { useWords } from '../words/index.ts'

/** Where an invitation to a team leads: who asks and what to, for those who are signed in; others do that first and come back. */
export function JoinPage() {
  return (
    <BackToOwn>
      <Join />
    </BackToOwn>
  )
}

function Join() {
  const words = useWords().join
  const [typed, setTyped] = useState<string>()
  const code = useBrought(broughtInvitation) ?? typed
  const { data: profile, error } = useAsked<Profile>('/api/auth/me')
  const isOut = error instanceof CallError && error.status === 401
  if (profile === undefined)
    return (
      <Door title={code === undefined ? words.codeTitle : words.title}>{isOut ? <Stranger code={code} /> : <Coming error={error} />}</Door>
    )
  return code === undefined ? <AskCode onCode={setTyped} /> : <Invited key={code} code={code} profile={profile} />
}

const Coming = ({ error }: { readonly error: unknown }) => (error === null ? <Waiting /> : <Failed error={error} />)

/** Strangers are told nothing of who invites. */
function Stranger({ code }: { readonly code: string | undefined }) {
  const words = useWords().join
  return (
    <>
      <p>{words.stranger}</p>
      <a className="button main" href={code === undefined ? `/sign-in?next=${JOIN_PATH}` : withInvitation('/sign-in', code)}>
        {words.signIn}
      </a>
      <a className="button" href={withInvitation('/sign-up', code)}>
        {words.signUp}
      </a>
    </>
  )
}

function AskCode({ onCode }: { readonly onCode: (code: string) => void }) {
  const words = useWords().join
  const navigate = useNavigate()
  const [isWrong, setWrong] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const code = typedInvitation(textIn(event.currentTarget, 'code'))
    setWrong(code === undefined)
    if (code === undefined) return
    void navigate({ to: JOIN_PATH, hash: `invitation=${code}`, replace: true })
    onCode(code)
  }
  return (
    <Door title={words.codeTitle} foot={<Home />}>
      <form onSubmit={submit}>
        <Field label={words.code} hint={words.codeHint} name="code" required autoFocus wrong={isWrong ? words.codeWrong : undefined} />
        <button type="submit" className="main">
          {words.look}
        </button>
      </form>
    </Door>
  )
}

function Invited({ code, profile }: { readonly code: string; readonly profile: Profile }) {
  const words = useWords().join
  const [isDeclined, setDeclined] = useState(false)
  const { data, error } = useQuery({
    queryKey: ['/api/auth/invitations/look', code],
    queryFn: ({ signal }) => call<LookedAtInvitation>('/api/auth/invitations/look', { method: 'POST', body: { code }, signal }),
    refetchOnWindowFocus: false,
  })
  const isGone = error instanceof CallError && error.code === 'invitation_invalid'
  if (isDeclined || isGone)
    return (
      <Door title={isDeclined ? words.title : words.gone} foot={<Home />}>
        <p>{isDeclined ? words.declined : words.goneMeans}</p>
      </Door>
    )
  return (
    <Door title={words.title} foot={<Home />}>
      {data === undefined ? (
        <Coming error={error} />
      ) : (
        <InvitationShown code={code} invitation={data} profile={profile} onDeclined={() => setDeclined(true)} />
      )}
    </Door>
  )
}

function Home() {
  const words = useWords().join
  return (
    <p>
      <a href="/dashboard">{words.home}</a>
    </p>
  )
}
