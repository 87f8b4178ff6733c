import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { CallError, call } from '../../lib/call.ts'
import { useBrought } from '../../lib/use-brought.ts'
import { Failed, Waiting } from '../../parts/index.ts'
import type { OperatorInvitation } from '../answers.ts'
import { Door } from '../door.tsx'
import { ChooseWay } from '../own/choose-way.tsx'
import { CodesShown } from '../own/codes-shown.tsx'
import { useWords } from '../words/index.ts'

const broughtToken = (): string | undefined => new URLSearchParams(window.location.hash.slice(1)).get('token') ?? undefined

/** Where an invitation of an operator leads: whose name it is, how they want to sign in, and then in. */
export function JoinPage() {
  const words = useWords().join
  const token = useBrought(broughtToken) ?? ''
  const [codes, setCodes] = useState<readonly string[]>()
  const { data, error } = useQuery({
    queryKey: ['/operator/auth/invitation/shown', token],
    queryFn: ({ signal }) => call<OperatorInvitation>('/operator/auth/invitation/shown', { method: 'POST', body: { token }, signal }),
    enabled: token !== '' && codes === undefined,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const isGone = token === '' || (error instanceof CallError && error.code === 'sign_in_link_invalid')
  if (codes !== undefined) return <Joined codes={codes} />
  if (isGone)
    return (
      <Door title={words.gone} foot={<SignIn />}>
        <p>{token === '' ? words.lacking : words.goneMeans}</p>
      </Door>
    )
  return (
    <Door title={data === undefined ? words.title : words.welcome(data.name)} foot={<SignIn />}>
      {data !== undefined && <ChooseWay token={token} invitation={data} onJoined={setCodes} />}
      {data === undefined && (error === null ? <Waiting /> : <Failed error={error} />)}
    </Door>
  )
}

function Joined({ codes }: { readonly codes: readonly string[] }) {
  const words = useWords().own
  const navigate = useNavigate()
  const client = useQueryClient()
  const goIn = () => {
    client.clear()
    void navigate({ to: '/', replace: true })
  }
  return (
    <Door title={words.codesTitle}>
      <CodesShown codes={codes} />
      <button type="button" className="main" onClick={goIn}>
        {words.codesKept}
      </button>
    </Door>
  )
}

function SignIn() {
  const words = useWords().join
  return (
    <p className="faint">
      {words.known} <a href="/console/sign-in">{words.signIn}</a>
    </p>
  )
}
