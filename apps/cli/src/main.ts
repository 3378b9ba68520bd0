import { Command } from 'commander';
import { askCommand } from './ask/ask-command.js';
import { chatCommand } from './ask/chat-command.js';
import { explainCommand } from './ask/explain-command.js';
import { ingestCommand } from './ingest/ingest-command.js';
import { benchCommand } from './bench/bench-command.js';
import { evalCacheCommand } from './eval/eval-cache-command.js';
import { evalRetrievalCommand } from './eval/eval-retrieval-command.js';
import { evalRoutingCommand } from './eval/eval-routing-command.js';
import { evalScreenCommand } from './eval/eval-screen-command.js';
import { evalInjectionCommand } from './eval/eval-injection-command.js';
import { evalIntentCommand } from './eval/eval-intent-command.js';
import { evalPiiCommand } from './eval/eval-pii-command.js';
import { evalSiteCommand } from './eval/eval-site-command.js';
import { conversationCommand } from './operate/conversation-command.js';
import { deadLettersCommand } from './operate/dead-letters-command.js';
import { reviewsCommand } from './reviews/reviews-command.js';
import { variantsCommand } from './variants/variants-command.js';
import { siteCheckCommand } from './site/site-check-command.js';
import { siteShadowCommand } from './site/site-shadow-command.js';
import { toolsImportCommand } from './tools/tools-import-command.js';
import { trainCommand } from './train/train-command.js';
import { wordsReviewCommand } from './words/words-review-command.js';
import { downCommand, upCommand } from './up/up-command.js';

// `yard … | head`: who reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const yard = new Command('yard').description('Switchyard: a message-queue mesh of small models for customer service').showHelpAfterError().enablePositionalOptions();
yard.addCommand(upCommand());
yard.addCommand(downCommand());
yard.addCommand(askCommand());
yard.addCommand(chatCommand());
yard.addCommand(explainCommand());
yard.addCommand(ingestCommand());
yard.addCommand(conversationCommand());
yard.addCommand(deadLettersCommand());
yard.addCommand(reviewsCommand());
yard.addCommand(variantsCommand());
yard.addCommand(new Command('site').description('the site: what a user writes').addCommand(siteCheckCommand()).addCommand(siteShadowCommand()));
yard.addCommand(new Command('tools').description('the tools of a site').addCommand(toolsImportCommand()));
yard.addCommand(new Command('words').description('lists of sensitive words').addCommand(wordsReviewCommand()));
yard.addCommand(new Command('eval').description('measurements').addCommand(evalSiteCommand()).addCommand(evalRoutingCommand()).addCommand(evalScreenCommand()).addCommand(evalPiiCommand()).addCommand(evalInjectionCommand()).addCommand(evalIntentCommand()).addCommand(evalRetrievalCommand()).addCommand(evalCacheCommand()));
yard.addCommand(trainCommand());
yard.addCommand(benchCommand());
await yard.parseAsync();
