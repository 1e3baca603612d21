import { AliasTable } from './alias-table.js';
import type { Dice } from './dice.js';
import { emoji, hashtags, type PhraseBook, places, sites } from './phrases.js';
import { TextBuilder } from './text-builder.js';
import type { HashtagEntity, MentionEntity, UrlEntity } from './tweet.js';
import { zipfShares } from './zipf.js';

/** A text with the entities in it. */
export interface TweetText {
  readonly text: string;
  readonly hashtags: readonly HashtagEntity[];
  readonly mentions: readonly MentionEntity[];
  readonly urls: readonly UrlEntity[];
}

/** Longest text of an ordinary post, in code points. */
export const ordinaryLength = 280;

/** Share of tweets that carry a link; each link adds 250 to 450 bytes of page title and description. */
const urlShare = 0.1;
const hashtagCounts = new AliasTable([0.14, 0.38, 0.28, 0.14, 0.06]);
const hashtagRanks = new AliasTable(zipfShares({ count: hashtags.length, exponent: 1.1, flattening: 0.5 }));
const placeRanks = new AliasTable(zipfShares({ count: places.length, exponent: 1.2, flattening: 0 }));

/** Writes an ordinary tweet of at most {@link ordinaryLength} code points; `mention` is whom it answers, if anyone. */
export function composeText(
  dice: Dice,
  phrases: PhraseBook,
  mention?: { readonly id: string; readonly username: string },
): TweetText {
  const builder = new TextBuilder();
  const mentions: MentionEntity[] = [];
  if (mention) {
    const at = builder.append(`@${mention.username}`);
    mentions.push({ ...at, username: mention.username, id: mention.id });
  }
  builder.append(sentence(dice, phrases));
  if (dice.chance(0.35)) builder.append(sentence(dice, phrases));
  if (dice.chance(0.45)) builder.append(dice.oneOf(emoji));
  const tags = appendHashtags(dice, builder);
  const urls = dice.chance(urlShare) ? [appendUrl(dice, builder, sentence(dice, phrases))] : [];
  return { text: builder.text, hashtags: tags, mentions, urls };
}

/** The whole text of a long post: 0.5 to 2.6 kB, whatever the script. */
export function composeLongText(dice: Dice, phrases: PhraseBook): string {
  const builder = new TextBuilder();
  const goalBytes = 500 + dice.below(2_000);
  while (Buffer.byteLength(builder.text) < goalBytes) builder.append(sentence(dice, phrases));
  return builder.text;
}

function sentence(dice: Dice, phrases: PhraseBook): string {
  const template = dice.oneOf(phrases.sentences);
  if (!template.includes('{')) return template;
  const place = places[placeRanks.pick(dice.uniform())] ?? places[0] ?? '';
  return template.replace('{place}', place).replace('{n}', String(2 + dice.below(80)));
}

function appendHashtags(dice: Dice, builder: TextBuilder): HashtagEntity[] {
  const count = hashtagCounts.pick(dice.uniform());
  const used: HashtagEntity[] = [];
  for (let drawn = 0; drawn < count; drawn += 1) {
    const tag = hashtags[hashtagRanks.pick(dice.uniform())];
    if (tag === undefined || used.some((entity) => entity.tag === tag)) continue;
    used.push({ ...builder.append(`#${tag}`), tag });
  }
  return used;
}

function appendUrl(dice: Dice, builder: TextBuilder, title: string): UrlEntity {
  const url = `https://t.co/${randomName(dice, 10)}`;
  const site = dice.oneOf(sites);
  const path = `peru/${2020 + dice.below(2)}/${1 + dice.below(12)}/${randomName(dice, 8)}-${dice.below(100_000)}`;
  return {
    ...builder.append(url),
    url,
    expanded_url: `https://${site}/${path}`,
    display_url: `${site}/${path.slice(0, 12)}…`,
    status: 200,
    title,
    description: `${title} ${title}`.slice(0, 160),
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function randomName(dice: Dice, length: number): string {
  let name = '';
  while (name.length < length) name += letters[dice.below(letters.length)];
  return name;
}
