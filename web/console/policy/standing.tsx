import { Figure, Notice, When } from '../../parts/index.ts'
import type { PolicyState, PolicyVersion } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { Changes } from './versions.tsx'

type About = { readonly state: PolicyState }

/** The version that holds, how much of it is shown, and the one that is announced with what customers read of it. */
export function Standing({ state }: About) {
  const words = useWords().policy
  const current = state.versions.find((version) => version.is_in_force)
  const own = state.clauses.filter((clause) => clause.is_of_profile)
  const shown = own.filter((clause) => clause.state === 'shown').length
  if (current === undefined) return <Notice kind="todo">{words.noVersion}</Notice>
  const coming = state.versions.find((version) => version.number > current.number && Date.parse(version.effective_at) > Date.now())
  return (
    <>
      {coming !== undefined && <Coming version={coming} state={state} />}
      <div className="cards">
        <Figure name={words.version} note={<code>{current.hash.slice(0, 16)}…</code>}>
          {current.number}
        </Figure>
        <Figure name={words.since} note={`${words.profile}: ${state.profile}`}>
          <When at={current.effective_at} isDay />
        </Figure>
        <Figure name={words.promises} note={state.service}>
          {words.shownOf(shown, own.length)}
        </Figure>
      </div>
    </>
  )
}

function Coming({ version, state }: About & { readonly version: PolicyVersion }) {
  const words = useWords().policy
  return (
    <Notice kind="todo">
      <strong>{words.coming(version.number)}</strong>
      <span>
        {words.since} <When at={version.effective_at} isDay />. {words.comingMeans(state.notice_days)}
      </span>
      <Changes changes={version.changes} />
      {!state.has_mail && <span className="faint">{words.noMail}</span>}
      {state.has_mail && state.letters_waiting > 0 && <span>{words.letters(state.letters_waiting)}</span>}
    </Notice>
  )
}
