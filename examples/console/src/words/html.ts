import type { html } from 'hono/html'

/** Markup whose interpolated texts were escaped by Hono's `html`. */
export type Html = ReturnType<typeof html>
