import { openApiDocument } from './openapi-document.ts'

let made: string | undefined

/**
 * The OpenAPI document. When the package is built, tsup.config.ts calls this function and puts the
 * result in place of this file. So no server loads zod. From source, zod makes the document once
 * for the process.
 */
export async function openApiText(): Promise<string> {
  made ??= JSON.stringify(openApiDocument())
  return made
}
