import { CopyButton, Notice, Qr, Secret, Section } from '../../parts/index.ts'
import type { Refund } from '../answers.ts'
import { useWords } from '../words/index.ts'

type ToSend = NonNullable<Refund['to_send']>

/** What a wallet is asked to send by. Source: EIP-681, eips.ethereum.org/EIPS/eip-681 (2026-11-27). */
const uriOf = ({ token, chain_id: chainId, address, units }: ToSend): string =>
  `ethereum:${token}@${chainId}/transfer?address=${address}&uint256=${units}`

/** Exactly what is to be sent, for a wallet of the house: to read, to copy, and to scan. */
export function SendRefund({ toSend, address }: { readonly toSend: ToSend; readonly address: string }) {
  const words = useWords().refunds
  const { token_amount: amount, chain, chain_id: chainId, token } = toSend
  return (
    <Section title={words.sendTitle(amount, chain)}>
      <Notice kind="todo">{words.sendMeans}</Notice>
      <div className="row">
        <Qr text={uriOf(toSend)} label={words.qr} />
      </div>
      <Secret text={address} />
      <dl className="roll">
        <div>
          <dt>{words.chain}</dt>
          <dd>
            {chain} ({chainId})
          </dd>
        </div>
        <div>
          <dt>{words.token}</dt>
          <dd>
            <code>{token}</code>
          </dd>
        </div>
        <div className="sum">
          <dt>{words.exactly}</dt>
          <dd>{amount}</dd>
        </div>
      </dl>
      <div className="row">
        <CopyButton text={amount} label={words.copyAmount} />
        <CopyButton text={token} label={words.copyToken} />
        <a className="button" href={uriOf(toSend)}>
          {words.openWallet}
        </a>
      </div>
    </Section>
  )
}
