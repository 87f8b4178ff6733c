import type { ReactNode } from 'react'
import { call } from '../../../lib/call.ts'
import { useLanguage } from '../../../lib/language.tsx'
import { Section, Tag, When } from '../../../parts/index.ts'
import type { OwnPreview } from '../../answers.ts'
import { ActDialog } from '../../parts/index.ts'
import { useWords } from '../../words/index.ts'

/** What publishing would change, before anybody else sees it; and the button that publishes it. */
export function Preview(about: {
  readonly preview: OwnPreview
  readonly body: object
  readonly onClose: () => void
  readonly onDone: () => void
}) {
  const { preview, body, onClose, onDone } = about
  const words = useWords().policyOwn
  const { version } = preview
  return (
    <ActDialog
      title={words.previewTitle}
      act={version === null ? words.save : words.publish(version.number)}
      isWide
      onClose={onClose}
      onDone={onDone}
      run={() => call('/operator/v1/policy/own', { method: 'PUT', body })}
    >
      {() => (
        <>
          <Effect preview={preview} />
          <Lines changes={preview.changes} />
          <Moves moves={preview.moves} />
        </>
      )}
    </ActDialog>
  )
}

function Effect({ preview: { version, notice_days: days } }: { readonly preview: OwnPreview }) {
  const words = useWords().policyOwn
  if (version === null) return <p>{words.nothing}</p>
  if (!version.is_significant) return <p>{words.now(version.number)}</p>
  return (
    <p>
      {words.later(version.number, days)} <When at={version.effective_at} isDay />
    </p>
  )
}

function Lines({ changes }: Pick<OwnPreview, 'changes'>) {
  const words = useWords()
  const { language } = useLanguage()
  if (changes.length === 0) return null
  return (
    <Section title={words.policyOwn.lines}>
      <ul className="plain-list">
        {changes.map(({ kind, of, of_zh: ofZh, is_significant: isHeavy, before, after, before_zh: beforeZh, after_zh: afterZh }) => (
          <li key={`${kind} ${of} ${before} ${after}`}>
            <strong>{words.policy.kindsOfChange[kind]}</strong>: {language === 'zh' ? ofZh : of}{' '}
            {isHeavy && <Tag kind="todo">{words.policy.heavy}</Tag>}
            {before !== null && (
              <Said>
                <del>{before}</del>
              </Said>
            )}
            {after !== null && (
              <Said>
                <ins>{after}</ins>
              </Said>
            )}
            {beforeZh !== null && (
              <Said>
                <del lang="zh-Hans">{beforeZh}</del>
              </Said>
            )}
            {afterZh !== null && (
              <Said>
                <ins lang="zh-Hans">{afterZh}</ins>
              </Said>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Words on a line of their own. */
function Said({ children }: { readonly children: ReactNode }) {
  return (
    <>
      <br />
      {children}
    </>
  )
}

function Moves({ moves }: Pick<OwnPreview, 'moves'>) {
  const words = useWords().policyOwn
  const { language } = useLanguage()
  if (moves.length === 0) return null
  return (
    <Section title={words.moves}>
      <ul className="plain-list">
        {moves.map(({ how, topic, topic_zh: topicZh, clauses, why, why_zh: whyZh }) => (
          <li key={topic}>
            <Tag kind={how === 'appears' ? 'good' : 'todo'}>{words.how[how]}</Tag> {language === 'zh' ? topicZh : topic}{' '}
            <code>{clauses.join(' ')}</code>
            <br />
            <span className="faint">
              {words.because[how]}: {language === 'zh' ? whyZh : why}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
