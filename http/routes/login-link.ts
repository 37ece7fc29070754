import { LoginLinkAnswer } from '../../schema/rest.ts';
import type { HttpDeps } from '../http-deps.ts';
import { route, type Route } from '../route.ts';

/** Where a browser uses a token, below the server's address. */
export const loginLink = (token: string): string => `/admin/login?token=${token}`;

/** What `npm run login` asks for. */
export function loginLinkRoutes({ tokens }: Pick<HttpDeps, 'tokens'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/admin/login-links',
      tag: 'operations',
      summary: 'A link that logs a browser in',
      description:
        'It works once, and for a short time: whoever opens it may use `/admin/queues` for 12 hours.',
      privileged: true,
      answers: { 200: { description: 'The link, below this server’s address.', schema: LoginLinkAnswer } },
      handle: () => ({
        success: true,
        path: loginLink(tokens.create()),
        expires_in_seconds: tokens.lastsMs / 1000,
      }),
    }),
  ];
}
