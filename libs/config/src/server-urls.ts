import { z } from 'zod';

const ServerUrl = z.url({ protocol: /^https?$/ });

/** An environment variable with the URL of a server, or of several with the same models, parted by commas. */
export const ServerUrls = z.string().transform((written, context) => {
  const urls = written.split(',').map((url) => url.trim());
  for (const url of urls) if (!ServerUrl.safeParse(url).success) context.addIssue({ code: 'custom', message: 'must be a URL that begins with http:// or https://, or several of them, by commas' });
  return urls;
});
