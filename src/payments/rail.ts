/** A message that a rail's server sent to us; `header` gives a header by its name. */
export type Delivery = { readonly body: Buffer; readonly header: (name: string) => string | undefined }

/** What is answered to a delivery: taken, not signed or not readable, or to be sent again later. */
export type DeliveryAnswer = 200 | 400 | 503

/** What takes the deliveries of a rail; a rail that is not configured has none, and its path is nobody's. */
export type Webhook = (delivery: Delivery) => Promise<DeliveryAnswer>
