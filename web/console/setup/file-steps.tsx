import { type ReactNode, useState } from 'react'
import { Choice, Field, Section, Snippet, Tag } from '../../parts/index.ts'
import type { Setup } from '../answers.ts'
import { useWords } from '../words/index.ts'
import { paymentsYaml, policyYaml, type Rail, siteYaml } from './yaml.ts'

type About = { readonly setup: Setup }

const PROFILES = ['strict', 'cheapaiapi', 'claudeapi-cheap', 'aiapihk', 'cheapestinference', 'chatgpt-api']

/** Lines that only the configuration file can say. */
function ToCopy({ setup, code, children }: About & { readonly code: string; readonly children?: ReactNode }) {
  const words = useWords().setup
  return (
    <>
      {children}
      <p className="faint">{words.copyMeans(setup.config_file ?? words.noFile)}</p>
      <Snippet code={code} />
    </>
  )
}

/** What the service is called and how it looks. */
export function NameStep({ setup }: About) {
  const words = useWords().setup
  const [name, setName] = useState(setup.name.name)
  const [accent, setAccent] = useState(setup.name.accent ?? '')
  const [logo, setLogo] = useState('')
  return (
    <>
      <p>
        {words.now}: <strong>{setup.name.name}</strong> · {setup.name.has_logo ? words.hasLogo : words.noLogo}
      </p>
      <ToCopy setup={setup} code={siteYaml({ name, accent, logo })}>
        <div className="form">
          <Field label={words.service} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
          <Field
            label={words.accent}
            hint={words.accentHint}
            className="short mono"
            value={accent}
            placeholder="#b45309"
            pattern="#[0-9a-fA-F]{6}"
            onChange={(event) => setAccent(event.target.value.trim())}
          />
          <Field label={words.logo} hint={words.logoHint} value={logo} onChange={(event) => setLogo(event.target.value.trim())} />
        </div>
      </ToCopy>
    </>
  )
}

/** Ways to be paid: what is there, what lacks by the name of its setting, and the lines of all that are wanted together. */
export function PaymentsStep({ setup }: About) {
  const words = useWords().setup
  const [wanted, setWanted] = useState<ReadonlySet<Rail>>(new Set())
  const want = (rail: Rail, isWanted: boolean) => {
    const others = [...wanted].filter((one) => one !== rail)
    setWanted(new Set(isWanted ? [...others, rail] : others))
  }
  const shown = setup.rails.filter(({ rail, is_on: isOn }) => !isOn && wanted.has(rail)).map(({ rail }) => rail)
  return (
    <>
      <p className="faint">{words.railsMean}</p>
      {setup.rails.map(({ rail, is_on: isOn, lacks }) => (
        <Section key={rail} title={words.rails[rail]} acts={<Tag kind={isOn ? 'good' : 'todo'}>{isOn ? words.on : words.off}</Tag>}>
          {!isOn && (
            <>
              <p>
                {words.lacks} <code>{lacks.join(', ')}</code>
              </p>
              <label className="choice">
                <input type="checkbox" checked={wanted.has(rail)} onChange={(event) => want(rail, event.target.checked)} />{' '}
                {words.wantRail(words.rails[rail])}
              </label>
            </>
          )}
        </Section>
      ))}
      {shown.length > 0 && (
        <ToCopy setup={setup} code={paymentsYaml(shown)}>
          <p>{words.paymentsOnce}</p>
        </ToCopy>
      )}
    </>
  )
}

/** What the privacy policy promises, and who answers for it. */
export function PolicyStep({ setup }: About) {
  const words = useWords().setup
  const { policy, name } = setup
  const [profile, setProfile] = useState(policy.profile)
  const [operator, setOperator] = useState(policy.operator ?? '')
  const [email, setEmail] = useState('')
  return (
    <>
      <p>
        {words.now}: <code>{policy.profile}</code> · {policy.operator ?? words.nobody} · {words.contacts(policy.contacts)}
        {policy.lacks.length > 0 && (
          <>
            {' '}
            · {words.lacks} <code>{policy.lacks.join(', ')}</code>
          </>
        )}
      </p>
      <ToCopy setup={setup} code={policyYaml({ profile, operator, service: name.service, email })}>
        <div className="form">
          <Choice label={words.profile} hint={words.profileHint} value={profile} onChange={(event) => setProfile(event.target.value)}>
            {PROFILES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Choice>
          <Field
            label={words.operator}
            hint={words.operatorHint}
            value={operator}
            maxLength={200}
            onChange={(event) => setOperator(event.target.value)}
          />
          <Field label={words.contact} type="email" value={email} onChange={(event) => setEmail(event.target.value.trim())} />
        </div>
      </ToCopy>
    </>
  )
}
