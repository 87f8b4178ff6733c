/**
 * Every failure that Farebox tells the outside: code, HTTP status, what to say, whether trying again can help. docs/errors.md
 * lists exactly these (a test compares both ways).
 */
export type Failure = {
  readonly code: FailureCode
  readonly status: number
  readonly message: string
  readonly retryable: boolean
  /** The field that is not right, where one is. */
  readonly field?: string
  /** When trying again makes sense; told as Retry-After. */
  readonly retryAfterSeconds?: number
}

const define = (status: number, message: string, retryable = false) => ({ status, message, retryable })

/** The catalogue, by code. `{x}` in a message is filled by whoever raises it, never with content. */
export const FAILURES = {
  // the request itself
  invalid_json: define(400, 'The body is not valid JSON. Send one JSON object.'),
  json_too_deep: define(400, 'The body nests deeper than {limit} levels. Flatten it.'),
  json_too_many_keys: define(400, 'The body has more than {limit} object keys. Send fewer.'),
  duplicate_field: define(400, 'The field "{field}" is given more than once. Send it once.'),
  missing_field: define(400, 'The field "{field}" is missing. Add it.'),
  unknown_field: define(400, 'The field "{field}" is not known here. Check its spelling or leave it out.'),
  invalid_field: define(400, 'The field "{field}" is not valid: {expected}.'),
  nothing_stored: define(
    400,
    'The field "{field}" refers to something that would have to be stored, and nothing is stored here. Send the whole conversation, with store: false.',
  ),
  key_in_url: define(
    400,
    'A key was sent in the address. Send it as "Authorization: Bearer" and replace the key, as addresses are often logged.',
  ),
  invalid_multipart: define(
    400,
    'The body is not a multipart form that can be read. Send multipart/form-data with CR LF, a boundary that occurs nowhere else, and names without quotes or backslashes.',
  ),
  body_encoded: define(415, 'Compressed request bodies are not accepted. Send the body without Content-Encoding.'),
  body_not_json: define(415, 'The body must be JSON. Send "Content-Type: application/json".'),
  body_not_form: define(415, 'The body must be a form. Send "Content-Type: multipart/form-data" with its boundary.'),
  model_after_file: define(413, 'More than {limit} bytes came before the field "model". Send "model" before the file.'),
  body_too_large: define(413, 'The body is larger than {limit} bytes. Send less.'),
  not_found: define(404, 'There is nothing at this path. See /docs for the paths.'),
  storage_not_offered: define(404, 'What {path} is for would have to be stored, and nothing is stored here. {instead}'),
  method_not_allowed: define(405, 'This path does not take this method. Use {allowed}.'),
  websocket_required: define(426, 'This path takes WebSocket connections alone. Open one, with the key in the header Authorization.'),
  // who calls
  key_missing: define(401, 'No key was sent. Send your key as "Authorization: Bearer <key>".'),
  key_invalid: define(401, 'This key is not known. Check that it was copied whole, or make a new one.'),
  key_revoked: define(403, 'This key was deactivated. Make a new one.'),
  key_replaced: define(401, 'This key was given another secret, and the time in which this one worked too is over. Use the new one.'),
  key_expired: define(401, 'This key has expired. Make a new one.'),
  key_address_refused: define(
    403,
    'This key may not be used from {address}. Use it from where it is meant for, or let it be used from there.',
  ),
  model_not_allowed: define(403, 'This key may not call this model. It may call: {models}.'),
  route_not_allowed: define(
    403,
    'No route of this model is allowed: {rule} rules out every one. GET /v1/models lists the routes with their labels.',
  ),
  subscription_ended: define(403, 'The subscription of this key has ended. Renew it, or use another key of the account.'),
  outside_time_block: define(403, 'This key serves in the block "{block}", from {from} to {to} UTC. It opens at {from} UTC, in {wait}.'),
  management_key_invalid: define(401, 'This management key is not known. Check that it was copied whole, or make a new one.'),
  management_key_needed: define(403, 'This key calls models and manages nothing. Use a management key, which begins with "mk_".'),
  management_key_cannot_call: define(403, 'A management key calls no models. Use a key that begins with "fbx_".'),
  key_paused: define(403, 'This key rests: {reason}. Make it active again with a management key: POST /api/keys/ID/resume.'),
  account_suspended: define(403, 'This account is suspended: {reason}. Write to support if you think that is wrong.'),
  model_unknown: define(404, 'There is no model of this name here. GET /v1/models lists those that are.'),
  model_unpriced: define(400, 'This model has no price, so it cannot be called. The operator has to set one.'),
  protocol_mismatch: define(400, 'This model is not served in this protocol. Call it through {path}.'),
  translation_lossy: define(
    400,
    'This model is served in another protocol, which has no words for: {fields}. Leave them out, or send no x-farebox-strict header.',
  ),
  media_unfetched: define(
    400,
    'What the address in "{field}" leads to could not be fetched for the provider: {reason}. Send the bytes instead.',
  ),
  // money and limits
  insufficient_credit: define(
    402,
    'The balance of this account does not cover this call, which can cost up to ${hold}. Top up or ask for less output.',
  ),
  requests_limited: define(429, 'The limit of {limit} requests per minute is reached. Try again in {seconds} s.', true),
  tokens_limited: define(429, 'The limit of {limit} tokens per minute is reached. Try again in {seconds} s.', true),
  concurrency_limited: define(429, 'The limit of {limit} calls at the same time is reached. Wait for one to end.', true),
  budget_exceeded: define(
    429,
    '{limit} is spent, or what is left of it does not cover this call, which can cost up to ${hold}. {advice}',
    true,
  ),
  upstream_limited: define(429, 'The provider of this model is at its limit. Try again in {seconds} s.', true),
  // upstream and us
  upstream_refused: define(400, 'The provider of this model refused the request.'),
  upstream_failed: define(502, 'The provider of this model failed before it answered. Nothing was charged. Try again.', true),
  upstream_timeout: define(504, 'The provider of this model did not answer in time. Try again.', true),
  upstream_cut: define(502, 'The provider of this model broke off its answer.', true),
  length_stopped: define(502, 'The answer reached the amount held for it and was ended.'),
  unavailable: define(503, 'Farebox cannot take this call right now. Nothing was charged. Try again in {seconds} s.', true),
  internal: define(500, 'Something of ours went wrong. Nothing more was charged than your usage shows.', true),
  // receipts
  receipt_unsigned: define(404, 'The receipt of this call is not signed yet. Ask again in {seconds} s.', true),
  receipt_unknown: define(404, 'There is no receipt under this request id for this account.'),
  // operator
  operator_token_invalid: define(401, 'The operator token is missing or wrong. Send it as "Authorization: Bearer <token>".'),
  idempotency_conflict: define(409, 'This Idempotency-Key was used with another body. Use a new one.'),
  account_unknown: define(404, 'There is no account with this id.'),
  account_exists: define(409, 'There is already an account with this e-mail.'),
  key_unknown: define(404, 'There is no key with this id.'),
  key_made_by_other: define(403, 'Somebody else made this key. Who made it, an admin or an owner can give it another secret.'),
  key_group_unknown: define(404, 'There is no group of keys with this id in this account.'),
  upstream_unknown: define(404, 'There is no upstream with this id.'),
  upstream_not_tried: define(409, 'An upstream of kind {kind} cannot be tried from here. Send a call to one of its models.'),
  upstream_in_use: define(409, 'A model still has a route to this upstream. Change the model first.'),
  catalog_from_file: define(409, 'This comes from the configuration file. Change it there, then run "farebox apply".'),
  month_ahead: define(400, 'This month has not begun. Ask for {month} or an earlier one.'),
  statement_too_long: define(422, 'This month has more than {limit} transfers, too many for one statement. Export its transfers instead.'),
  books_disagree: define(
    503,
    'The books of this account do not agree, so nothing is shown that could be wrong. The operator has been told.',
  ),
  day_open: define(409, 'This day is not closed yet. A day is closed a few minutes after its end in UTC.'),
  reconciliation_unknown: define(404, 'This day has not been reconciled. Reconcile it with: npx farebox reconcile --day <day>'),
  price_unknown: define(404, 'There is no price version of this number.'),
  price_begun: define(
    409,
    'This price version holds, has held or is cancelled already. Prices are never changed backwards: set a new one.',
  ),
  plan_unknown: define(404, 'There is no plan with this id in use.'),
  plan_in_use: define(409, 'Accounts are still on this plan. Give them another one first.'),
  plan_closed: define(409, 'This plan takes no new members. Choose another one.'),
  plan_held: define(409, 'This account has this plan already.'),
  plan_not_changeable: define(409, 'Only subscriptions to monthly, annual and free plans can be put on another such plan.'),
  subscription_unknown: define(404, 'There is no subscription with this id.'),
  subscription_over: define(409, 'This subscription has ended. Begin a new one.'),
  subscription_endless: define(409, 'This was paid once and never ends, so there is nothing to cancel.'),
  subscription_busy: define(409, 'This subscription is being changed or is unpaid. Top up if it is past due, and try again.', true),
  pool_unknown: define(404, 'There is no pool with this id or name in use, or it has no such block.'),
  pool_closed: define(409, 'No seats of this pool are sold any more. Choose another one.'),
  pool_in_use: define(409, 'Seats of this pool are still taken. Let them end first; with 0 seats a block sells none.'),
  seats_sold_out: define(
    409,
    'There are not so many free seats in the block "{block}". Nothing was taken. Choose another block, or get in line for one.',
  ),
  seats_free: define(409, 'A seat of this block is free now. Subscribe to it instead of waiting.'),
  seat_has_key: define(409, 'This seat has its key. Revoke that one first, or take another seat.'),
  announcement_unknown: define(404, 'There is no announcement with this id.'),
  incident_unknown: define(404, 'There is no incident with this id.'),
  incident_over: define(409, 'This incident is over and takes no more notes. Open another one if it came back.'),
  amount_invalid: define(
    400,
    'The field "{field}" must be a positive decimal string of USD with at most 9 decimals, up to "1000000.00", such as "10.00".',
  ),
  currency_unknown: define(400, 'The field "currency" can only be "USD". Leave it out, or convert the amount first.'),
  price_notice_short: define(
    409,
    'Customers would pay more before {allowed}, the first day that gives them {days} days of notice. Schedule it from then on, sell it under another id, or send "shorter_notice_reason", which is kept.',
  ),
  balance_insufficient: define(
    409,
    'The account has less available than this takes: ${available}. What is held for running calls comes back when they end.',
  ),
  order_underpaid: define(
    409,
    'What came for this order is ${paid}, and it costs ${price}. The money is on the balance; buy it from there.',
  ),
  transfer_unknown: define(404, 'There is no transfer with this id.'),
  transfer_reversed: define(409, 'This transfer was reversed already. GET the transfers of its account to see by which.'),
  transfer_not_reversible: define(
    409,
    'Only credits, refunds and chargebacks can be reversed. Give credit to make good for anything else.',
  ),
  return_exceeds_purchase: define(409, 'More would be returned than was paid. Return at most what is left of the purchase.'),
  pending_unknown: define(404, 'There is no pending credit with this id.'),
  pending_decided: define(409, 'This credit is {state} already.'),
  same_person: define(403, 'You asked for this credit yourself. Another operator has to decide.'),
  temporary_keys_full: define(429, 'There are {limit} temporary keys already. Use one of them, or try again in {seconds} s.', true),
  member_capped: define(
    403,
    'Keys of end users have a budget of their own, and what you may spend is bounded. Ask somebody without a cap.',
  ),
  member_unknown: define(404, 'Nobody of this account has this id.'),
  member_exists: define(409, 'You are a member of this account already.'),
  members_full: define(409, 'An account has at most {limit} members and open invitations. Remove one first.'),
  owner_stays: define(
    409,
    'An account keeps an owner, and whoever opened it stays one: make somebody else an owner first, or erase the account.',
  ),
  invitation_unknown: define(404, 'There is no open invitation with this id.'),
  invitation_invalid: define(404, 'This invitation is not known, was used or withdrawn, or is older than {days} days. Ask for a new one.'),
  member_role: define(403, 'This needs the role {roles} in this account, and yours is {role}. Ask its owner.'),
  operator_role: define(403, 'This needs the role {roles}, and yours is {role}. Ask an owner.'),
  operator_sign_in_failed: define(401, 'This lets nobody in here. Check what you entered, or ask an owner for a new invitation.'),
  operator_nameless: define(403, 'The token of the configuration is nobody by name. Invite yourself, and sign in as who you are.'),
  operator_last_way: define(409, 'You have no other way to sign in by. Add one first.'),
  operator_exists: define(409, 'There is or was an operator of this name. Choose another one.'),
  operator_unknown: define(404, 'There is no operator of this name.'),
  account_frozen: define(409, 'The books of this account do not agree, so nothing is paid out of it. See "frozen" of the account.'),
  account_broken: define(409, 'The books of this account still do not agree ({reason}), so it stays frozen.'),
  // payments
  code_unknown: define(404, 'There is no code of this name. Check that it was typed whole.'),
  code_used: define(409, 'This code was redeemed already. Nothing was credited.'),
  code_expired: define(410, 'This code has expired. Ask whoever gave it to you for a new one.'),
  code_disabled: define(410, 'This code was made void by its operator. Ask whoever gave it to you for a new one.'),
  topup_limited: define(429, 'Too many payments were begun. Try again in {seconds} s.', true),
  redeem_limited: define(429, 'Too many codes were wrong. Try again in {seconds} s.', true),
  batch_unknown: define(404, 'There is no batch of codes with this id.'),
  topup_below_minimum: define(400, 'The field "amount" must be at least {minimum} USD.'),
  topup_above_maximum: define(400, 'The field "amount" can be at most {maximum} USD at once.'),
  rail_not_offered: define(404, 'This way to pay is not offered here. Offered are: {offered}.'),
  not_offered: define(404, '{what} are not offered here.'),
  promo_unknown: define(404, 'There is no promotion of this name that holds today. Leave it out, or check its spelling.'),
  promo_used: define(409, 'This promotion was used by this account already. Leave it out.'),
  promo_minimum: define(400, 'This promotion holds for larger top-ups. Pay {minimum} USD or more, or leave it out.'),
  referral_unknown: define(404, 'There is no referral code of this name. Check that it was typed whole.'),
  referral_own: define(400, 'This is the code of your own account. Give it to somebody else.'),
  referral_late: define(409, 'Who brought an account is noted once, and before its first payment.'),
  usage_limited: define(429, 'Usage can be asked for {limit} times in 12 hours. Ask again in {seconds} s.', true),
  end_user_unknown: define(404, 'There is no end user with this id.'),
  webhook_unknown: define(404, 'There is no webhook with this id. GET /api/webhooks lists those of the account.'),
  delivery_unknown: define(404, 'There is no delivery with this id at this webhook. They are kept for seven days.'),
  webhook_off: define(409, 'This webhook is switched off, so nothing is sent there. Switch it on first.'),
  webhooks_full: define(409, 'An account has at most {limit} webhooks. Delete one first.'),
  payment_mismatch: define(409, 'This payment was asked for with another account or another way to pay. Nothing was credited.'),
  rail_unavailable: define(
    503,
    'This way to pay does not answer right now. Nothing was charged. Try again later, or pay in another way.',
    true,
  ),
  payment_unknown: define(404, 'There is no such payment. Check its id.'),
  payment_refused: define(402, 'The payment processor refused this ({code}). Use another card or another way to pay.'),
  card_missing: define(409, 'No card is saved for this account. Save one first.'),
  refund_never: define(409, 'Money that was paid does not go back under the rules of this service. Write to support.'),
  refund_too_late: define(409, 'Money goes back for {days} days, which for this payment was until {until}. Write to support.'),
  refund_case_by_case: define(409, 'Whether money goes back is decided case by case. Write to support.'),
  refund_exceeds_payment: define(409, 'More would go back than was paid. Ask for at most what is left of the payment.'),
  refund_not_offered: define(
    409,
    'Money of this payment cannot be sent back from here: its chain or its server is not set up, or the payment is not final. Write to support.',
  ),
  refund_unknown: define(404, 'There is no refund with this id.'),
  refund_ended: define(409, 'This refund has ended, or was not taken off the balance, so nothing of it can be changed.'),
  refund_under_way: define(
    409,
    'Something was sent for this refund and is looked at. Wait until it is final, or is found to be wrong.',
    true,
  ),
  refund_busy: define(409, 'This refund is being dealt with just now. Try again in two minutes.', true),
  refund_address_missing: define(409, 'Nobody has said yet where this refund goes. Whoever paid has to say it first.'),
  refund_address_known: define(
    409,
    'Where this refund goes was said already, and it may be on its way. Write to support to have it cancelled.',
  ),
  refund_address_invalid: define(
    400,
    'This is no address, or was mistyped. Send "0x" and 40 hexadecimal digits as your wallet shows them.',
  ),
  refund_address_refused: define(409, 'Nothing is sent to this address. Say one of a wallet of your own.'),
  refund_signature_invalid: define(403, 'The signature is not one of the wallet that paid over the exact message "{message}".'),
  webhook_invalid: define(400, 'This event is not signed with the secret of this endpoint, was changed, or is older than 300 s.'),
  maintenance_unknown: define(404, 'There is no maintenance with this id that has not ended.'),
  problem_unknown: define(404, 'There is no payment problem with this id.'),
  problem_resolved: define(409, 'This payment problem was resolved already.'),
  tx_hash_invalid: define(
    400,
    'This is no hash of a transaction. Send "0x" and 64 hexadecimal digits, as the wallet or a block explorer shows it.',
  ),
  tx_unknown: define(
    404,
    'No transaction with this hash is on {chains}. If it was just sent, try again in a minute; else check the hash.',
    true,
  ),
  tx_failed: define(409, 'This transaction failed on {chain}, so it moved nothing. Look at it in the wallet and send again.'),
  wrong_token: define(
    409,
    'This transaction pays another token. Only the token {token} on {chain} is credited; write to support about what was sent.',
  ),
  wrong_chain: define(
    409,
    'This transaction is on {chain}, and payments are taken on {chains} alone. Write to support about what was sent.',
  ),
  wrong_recipient: define(409, 'This transaction pays nothing to your deposit address. Check the address that it was sent to.'),
  wrong_amount: define(
    409,
    'This transaction pays ${found}, not the amount that was sent with it. Ask again with that amount; what came is credited in any case.',
  ),
  foreign_claim: define(403, 'This transaction pays to the deposit address of another account, so it is credited there.'),
  confirmations_pending: define(
    409,
    'This transaction has {seen} of {needed} confirmations on {chain}; {missing} are missing. Ask again later.',
    true,
  ),
  deposit_in_review: define(
    409,
    'This payment arrived and is looked at by the operator before it is credited. Nothing has to be sent again.',
  ),
  deposits_halted: define(
    503,
    'Deposits on this chain are not credited at the moment, as what its endpoints say cannot be relied on. Nothing is lost; try again later.',
    true,
  ),
  claim_signature_invalid: define(
    403,
    'The signature is not one of the paying wallet over the exact message. Sign "{service}: claim a new account and its API key for transaction <hash>" with the wallet that paid.',
  ),
  chain_unknown: define(404, 'No deposits are taken on a chain of this number.'),
  chain_not_halted: define(409, 'This chain is not halted for good, so it goes on by itself.'),
  already_claimed: define(409, 'This payment was claimed already, and its key was given then. A key is shown once.'),
  payment_required: define(
    402,
    'No key was sent, and this call can cost up to ${amount}. Send a key, or pay as the header PAYMENT-REQUIRED says (x402).',
  ),
  payment_malformed: define(400, 'The header PAYMENT-SIGNATURE is no payment of x402 version 2: {problem}. Nothing was taken.'),
  payment_wrong_network: define(
    402,
    'This payment is for another network than {network}, so it was not taken. Pay on the one that is asked.',
  ),
  payment_wrong_asset: define(402, 'This payment is in another token than the one that is asked, so it was not taken.'),
  payment_wrong_recipient: define(402, 'This payment is to another address than the one that is asked, so it was not taken.'),
  payment_short: define(402, 'This payment is less than ${amount}, which is what this call can cost, so it was not taken.'),
  payment_early: define(402, 'This payment is not valid yet, so it was not taken. Look at "validAfter" and at your clock.'),
  payment_expired: define(402, 'This payment is not valid any more, so it was not taken. Sign a new one.'),
  payment_signature_invalid: define(402, 'The signature is not one of the paying wallet over this payment, so it was not taken.'),
  payment_replayed: define(402, 'This payment has paid for a call already. Sign a new one, with a nonce of its own.'),
  payment_unfunded: define(402, 'The wallet has less than this payment is for, so nothing was taken.'),
  facilitator_refused: define(402, 'The facilitator refused this payment, so nothing was taken. Sign a new one.'),
  payment_sanctioned: define(
    403,
    'Payments of this wallet are not taken here, so nothing was taken. Write to support if you think that is wrong.',
  ),
  payment_pending: define(409, 'This payment is being settled right now. Send the same call with the same payment in {seconds} s.', true),
  payment_unsettled: define(
    503,
    'It is not known yet whether this payment was taken. Send the same call with the same payment in {seconds} s: it is taken once at most.',
    true,
  ),
  payment_in_review: define(
    409,
    'It could not be found out whether this payment was taken. The operator looks at it, and nothing is lost. Sign a new one for this call.',
  ),
  facilitator_unavailable: define(
    503,
    'The facilitator does not answer, so the payment was not taken. Send the same again in {seconds} s, or use a key.',
    true,
  ),
  // rights of people
  erasure_wrong_person: define(
    409,
    'The field "email" is not the e-mail of this account, so nothing was erased. Check which account you mean.',
  ),
  erasure_money_left: define(
    409,
    'There is ${left} left on this account. Have it refunded first, or give it up: send "give_up" with at least this amount.',
  ),
  link_invalid: define(
    401,
    'This link is not known, was used already, is older than 24 hours, or is for something else. Ask for a new one.',
  ),
  mail_off: define(503, 'No mail can be sent here, so no link. Write to support, who can do the same for you.'),
  support_waiting: define(409, 'There are {limit} requests of yours waiting already. Close one of them, or wait for an answer.'),
  request_unknown: define(404, 'There is no privacy request with this id.'),
  request_ended: define(409, 'This request has ended already.'),
  // process
  bill_unreadable: define(500, 'The bill cannot be read ({problem}). Name a file that "farebox export bill" printed.'),
  price_list_invalid: define(400, 'The price list cannot be read: {problem}. Nothing was changed.'),
  price_list_refused: define(400, 'Nothing was changed, as entries of the list have a price that is none ({count}): {problems}.'),
  file_unwritable: define(
    500,
    'The file {path} could not be written whole, so nothing is there. Name one that is not there yet, and try again.',
  ),
  server_not_running: define(500, 'No Farebox answers at {address}. Start it with: npx farebox serve'),
  server_not_farebox: define(
    500,
    'What answers at {address} is not a Farebox. Set FAREBOX_OPERATOR_LISTEN to where its operator API listens.',
  ),
  operator_token_unreadable: define(
    500,
    'There is no operator token at {path}. Start Farebox with: npx farebox serve. If it runs, set FAREBOX_DATA_DIR or FAREBOX_OPERATOR_TOKEN as it has them.',
  ),
  // who signs in
  signed_out: define(401, 'Nobody is signed in here, or no longer. Sign in.'),
  sign_in_failed: define(401, 'These do not belong together. Check what you typed, or ask for a new password.'),
  second_step_failed: define(401, 'This code is wrong, was used already or came too late. Take the next one, or sign in again.'),
  passkey_refused: define(401, 'This passkey is not one of this account, or its answer came too late. Try again.'),
  sign_in_limited: define(429, 'Too many attempts. Try again in {seconds} s.', true),
  sign_in_link_invalid: define(401, 'This link is not known, was used already or is too old. Ask for a new one.'),
  not_fresh: define(403, 'This needs a new proof that it is you. Enter your password or use your passkey, then do it again.'),
  origin_refused: define(403, 'This can only be done from pages of {origin}. Open that address.'),
  totp_on: define(409, 'Codes of an authenticator app are on already. Turn them off first.'),
  passkey_unknown: define(404, 'There is no passkey with this id.'),
  sign_up_refused: define(
    409,
    'No account is opened for this e-mail: each person may have one, and some mail hosts are not taken. Write to support.',
  ),
  issuer_unknown: define(404, 'Nobody is signed in here by this issuer. Choose another way.'),
  issuer_refused: define(401, 'What came back does not show who you are, was used already or came too late. Begin anew.'),
  issuer_unreachable: define(503, 'The issuer does not answer now. Try again in {seconds} s, or sign in another way.', true),
  identity_unlinked: define(404, 'Nobody signs in here with this account yet. Open an account with it, or link it when you are signed in.'),
  identity_taken: define(409, 'What you are there is linked with another account here. Unlink it in that account first.'),
  identity_email_known: define(409, 'There is an account with this e-mail. Sign in to it another way and link the two there.'),
  identity_unknown: define(404, 'Nothing of this id is linked with your account.'),
  identities_full: define(409, 'There are {limit} links already. Remove one first.'),
  last_way_in: define(409, 'This is the only way into your account. Set a password or add a passkey first.'),
  passkeys_full: define(409, 'There are {limit} passkeys already. Remove one first.'),
  session_unknown: define(404, 'There is no open session with this id.'),
  config_refused: define(500, 'The configuration is refused.'),
  data_dir_locked: define(500, 'Another Farebox already runs on this data directory. Stop it, or set FAREBOX_DATA_DIR to another one.'),
} as const satisfies Record<string, { status: number; message: string; retryable: boolean }>

export type FailureCode = keyof typeof FAILURES

/** A failure ready to be told: `{x}` in its message filled from `values`. Values come from configuration or numbers, never from a request. */
export function failure(code: FailureCode, values: Readonly<Record<string, string | number>> = {}): Failure {
  const { status, message, retryable } = FAILURES[code]
  const filled = message.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'))
  return {
    code,
    status,
    message: filled,
    retryable,
    ...(values.field === undefined ? {} : { field: String(values.field) }),
    ...(typeof values.seconds === 'number' ? { retryAfterSeconds: values.seconds } : {}),
  }
}

/** A failure on its way up to whoever answers; `cause` stays inside. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(told: Failure, cause?: unknown) {
    super(told.code, { cause })
    this.name = 'FailureError'
    this.failure = told
  }
}

/** Throws a failure. */
export function fail(code: FailureCode, values?: Readonly<Record<string, string | number>>): never {
  throw new FailureError(failure(code, values))
}
