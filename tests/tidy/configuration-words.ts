import type { SETTINGS } from '../../src/config.ts'

/** What each setting is for, in the order and the parts of the page; one that is missing does not compile. */
export const SETTING_WORDS: Readonly<Record<keyof typeof SETTINGS, string>> = {
  FAREBOX_LISTEN: 'Where customers are served: the API, the site, the dashboard.',
  FAREBOX_OPERATOR_LISTEN: 'Where operators are served: their API, the console, `/metrics`. Keep it private.',
  FAREBOX_DATA_DIR: 'The folder of the embedded database, of keys and of the operator’s token. One process has it at a time.',
  DATABASE_URL: 'A PostgreSQL of your own, 15 or newer, in place of the embedded one.',
  FAREBOX_KEYS_URL: 'A second database for the keys of persons, which several nodes share ([several nodes](scaling.md)).',
  VALKEY_URL: 'A Valkey or Redis by which several nodes count limits together ([several nodes](scaling.md)).',
  FAREBOX_PUBLIC_URL: 'The address that people use; it stands in mails, on pages, in set-ups of clients.',
  FAREBOX_OPERATOR_URL: 'The address by which browsers of operators know their listener; passkeys are bound to its host.',
  FAREBOX_TLS_CERT: 'The certificate of the public listener, with its chain, PEM.',
  FAREBOX_TLS_KEY: 'The key of that certificate, PEM.',
  FAREBOX_ACME_DOMAINS:
    'Names for which Farebox obtains a certificate by itself, in place of files ([certificates](packages.md#certificates)).',
  FAREBOX_ACME_EMAIL: 'Where the authority writes when something is wrong with the certificate; it is told this address.',
  FAREBOX_ACME_TERMS_AGREED: 'Whether you agree to the terms of the authority; without it no certificate is asked for.',
  FAREBOX_ACME_DIRECTORY: 'Which authority: the address of its ACME directory.',
  FAREBOX_ACME_LISTEN:
    'Where the authority is answered in plain HTTP while it looks, and only then; port 80 of all names has to lead here.',
  FAREBOX_TRUSTED_PROXIES: 'Proxies that are believed what they say of a client’s address; then plain HTTP is allowed, as they end TLS.',
  FAREBOX_EDGE_ONLY: 'Whether connections of anybody but those proxies end at once ([hardening](hardening.md#tls)).',
  FAREBOX_WEBHOOKS: 'Whether customers may have events sent to hosts of theirs ([webhooks](webhooks.md)).',
  FAREBOX_TEAM_SIGN_ON: 'Whether teams may have members signed in by an issuer of their own ([teams](teams.md#company-sign-in)).',
  FAREBOX_SMTP_URL: 'The server that sends mail; without it nobody can sign up by mail.',
  FAREBOX_MAIL_FROM: 'The address that mails come from.',
  FAREBOX_CONFIG: 'The file with upstreams, models, prices, policy and payments; described below.',
  FAREBOX_OPERATOR_TOKEN: 'The token of the first owner and of automation ([operators](operators.md)).',
  FAREBOX_GATEWAYS: 'How many gateway processes answer calls.',
  FAREBOX_BODY_MAX: 'The largest body of a call.',
  FAREBOX_GATEWAY_RECYCLE_SECONDS:
    'For how many seconds a gateway takes calls; it ends, with all its memory, when the last of them is answered, and another has taken its place.',
  FAREBOX_DRAIN_SECONDS: 'How many seconds calls that run have left when Farebox is stopped.',
  FAREBOX_LOG: 'How much is logged.',
  FAREBOX_CONNECT_TIMEOUT_SECONDS: 'How long a connection to an upstream may take.',
  FAREBOX_FIRST_BYTE_TIMEOUT_SECONDS: 'How long an upstream may take to begin a stream or a realtime session.',
  FAREBOX_WHOLE_ANSWER_TIMEOUT_SECONDS:
    'How long an upstream may take to begin an answer that is not streamed, which it does when all of it is made.',
  FAREBOX_IDLE_TIMEOUT_SECONDS: 'How long an answer that has begun may be silent.',
  FAREBOX_SESSION_IDLE_SECONDS: 'How long a realtime session may be silent.',
  FAREBOX_ERASE_WITHIN_DAYS: 'Within how many days an erasure is done; the policy promises it ([rights](rights.md#erasure)).',
  FAREBOX_INACTIVE_AFTER_DAYS: 'After how many days without use an account is erased, after two notices.',
  FAREBOX_KEY_REQUESTS_PER_MINUTE: 'Requests a minute of a key that has no limit of its own.',
  FAREBOX_KEY_TOKENS_PER_MINUTE: 'Tokens a minute of a key that has no limit of its own.',
  FAREBOX_KEY_CONCURRENT_CALLS: 'Calls at the same time of a key that has no limit of its own.',
  FAREBOX_KEY_DAILY_CAP_USD: 'What a key without a cap of its own may spend in a UTC day ([caps](spending.md)).',
  FAREBOX_ACCOUNT_REQUESTS_PER_MINUTE: 'Requests a minute of all keys of an account.',
  FAREBOX_ACCOUNT_TOKENS_PER_MINUTE: 'Tokens a minute of all keys of an account.',
  FAREBOX_ACCOUNT_CONCURRENT_CALLS: 'Calls at the same time of all keys of an account.',
  FAREBOX_IP_REQUESTS_PER_MINUTE: 'Requests a minute from one address (of IPv6, from one /64).',
  FAREBOX_IP_TOKENS_PER_MINUTE: 'Tokens a minute from one address (of IPv6, from one /64).',
  FAREBOX_IP_CONCURRENT_CALLS: 'Calls at the same time from one address (of IPv6, from one /64).',
}

/** What holds where a setting is not set, and depends on the machine or on other settings. */
export const ELSE_WORDS: Readonly<Partial<Record<keyof typeof SETTINGS, string>>> = {
  DATABASE_URL: 'the embedded one',
  FAREBOX_KEYS_URL: 'files of the data directory',
  VALKEY_URL: 'each node counts for itself',
  FAREBOX_PUBLIC_URL:
    '`http://localhost`, or `https://` where there is a certificate, with the port of `FAREBOX_LISTEN`; the first of `FAREBOX_ACME_DOMAINS` in place of `localhost`',
  FAREBOX_OPERATOR_URL: '`http://localhost` with the port of `FAREBOX_OPERATOR_LISTEN`',
  FAREBOX_TLS_CERT: 'plain HTTP, on loopback alone',
  FAREBOX_TLS_KEY: 'as above',
  FAREBOX_ACME_DOMAINS: 'no certificate is asked for',
  FAREBOX_ACME_EMAIL: 'the authority is told no address',
  FAREBOX_TRUSTED_PROXIES: 'none',
  FAREBOX_SMTP_URL: 'no mail',
  FAREBOX_MAIL_FROM: 'no mail',
  FAREBOX_CONFIG: '`./farebox.yaml`, if it is there',
  FAREBOX_OPERATOR_TOKEN: 'made at the first start, in `operator-token` of the data directory',
  FAREBOX_GATEWAYS: 'cores less one, at least 1',
  FAREBOX_INACTIVE_AFTER_DAYS: 'never',
}

/** What each block of farebox.yaml is for, and the page that explains it. */
export const BLOCK_WORDS: Readonly<Record<string, string>> = {
  upstreams: 'Whom calls go to ([adding upstreams](adding-upstreams.md), [routing](routing.md)).',
  models: 'What customers can call, what it costs, and where it goes ([pricing](pricing.md), [routing](routing.md)).',
  plans: 'Plans of the operator that change what an account pays ([pricing](pricing.md)).',
  subscriptions: 'Plans and seats that customers buy from their balance ([plans](plans.md)).',
  policy: 'What the privacy policy is made of ([the policy](policy.md)).',
  payments: 'How people pay, and the rules of it ([taking payments](payments.md)).',
  abuse: 'What stands against abuse ([abuse](abuse.md)).',
  site: 'The public pages ([the site](site.md)).',
  telegram: 'A bot for alerts ([messages](messages.md)).',
  tracing: 'A collector that is told timings ([metrics](metrics.md)).',
  issuers: 'Other services that sign people in ([signing in](sign-in.md#other-services)).',
}
