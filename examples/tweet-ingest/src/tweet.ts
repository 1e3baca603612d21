/** A hashtag in a text; positions count Unicode code points, as the X API does. */
export interface HashtagEntity {
  readonly start: number;
  /** One past the last code point. */
  readonly end: number;
  /** Without the `#`. */
  readonly tag: string;
}

/** An account named in a text. */
export interface MentionEntity {
  readonly start: number;
  readonly end: number;
  readonly username: string;
  readonly id: string;
}

/** A link in a text, with what X knows of the page behind it. */
export interface UrlEntity {
  readonly start: number;
  readonly end: number;
  readonly url: string;
  readonly expanded_url: string;
  readonly display_url: string;
  readonly status?: number;
  readonly title?: string;
  readonly description?: string;
}

/** How often a post was shared, liked and seen. */
export interface PublicMetrics {
  readonly retweet_count: number;
  readonly reply_count: number;
  readonly like_count: number;
  readonly quote_count: number;
  readonly bookmark_count: number;
  readonly impression_count: number;
}

/** A post as version 2 of the X API gives it, with the fields that this example asks for. */
export interface Tweet {
  readonly id: string;
  readonly text: string;
  readonly author_id: string;
  readonly created_at: string;
  readonly lang: string;
  readonly edit_history_tweet_ids: readonly string[];
  readonly public_metrics: PublicMetrics;
  readonly entities?: {
    readonly hashtags?: readonly HashtagEntity[];
    readonly mentions?: readonly MentionEntity[];
    readonly urls?: readonly UrlEntity[];
  };
  readonly referenced_tweets?: readonly { readonly type: 'quoted' | 'replied_to'; readonly id: string }[];
  /** The whole text of a post of more than 280 characters. */
  readonly note_tweet?: { readonly text: string };
}

/** One line of the X API's filtered stream. */
export interface TweetEnvelope {
  readonly data: Tweet;
  /** Posts that `data` refers to. */
  readonly includes?: {
    readonly tweets: readonly Pick<Tweet, 'id' | 'text' | 'author_id' | 'created_at' | 'lang'>[];
  };
  readonly matching_rules?: readonly { readonly id: string; readonly tag: string }[];
}

/** What the producer is given for a tweet. */
export interface TweetRecord {
  /** The tweet's id. The producer has no use for it; the ledger knows tweets by it. */
  readonly id: string;
  /** The author's id: tweets of one author stay in order. */
  readonly partitionKey: string;
  /** The line as JSON. */
  readonly data: Uint8Array | string;
}
