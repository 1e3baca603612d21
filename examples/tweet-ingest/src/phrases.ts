/** What tweets of one language are made of. `{place}` stands for a place, `{n}` for a number. */
export interface PhraseBook {
  /** The code that X gives in `lang`. */
  readonly lang: string;
  /** Share of authors who write in it. */
  readonly share: number;
  readonly sentences: readonly [string, ...string[]];
}

/**
 * A stream filtered for `#COVID_19 lima` is mostly Peruvian Spanish. The others are there for their bytes: accents take
 * two bytes in UTF-8, Arabic two, Japanese three, emoji four.
 */
export const phraseBooks: readonly PhraseBook[] = [
  {
    lang: 'es',
    share: 0.68,
    sentences: [
      'Hoy en {place} la cola para el mercado daba la vuelta a la manzana.',
      'En {place} ya empezó la vacunación de mayores de {n} años, lleven su DNI.',
      '¿Alguien sabe si en {place} están atendiendo en la posta médica?',
      'Señores, usen mascarilla. No es difícil, de verdad.',
      'Desde el balcón, a las ocho, todos aplaudiendo en {place}.',
      'Reportan {n} camas UCI disponibles en {place}, según el último informe.',
      'Mi mamá cumplió años en cuarentena y le cantamos por videollamada.',
      'El toque de queda empieza a las {n} y todavía hay tráfico en {place}.',
      'Qué buena noticia: dieron de alta a mi tío después de {n} días.',
      'Se busca oxígeno medicinal en {place}, por favor difundir.',
      'Clases virtuales otra vez y el internet en {place} no da para más.',
      'Gracias al personal de salud de {place}, trabajan sin descanso.',
      'La próxima semana se reanudan los vuelos entre {place} y Lima.',
      'No hay balones, no hay pruebas, ¿dónde está el presupuesto?',
      'Ayer caminé de {place} hasta el centro: ni un alma en la calle.',
      'Extraño el ceviche en el malecón más de lo que puedo explicar.',
      'Atención: cambia el horario de atención en los bancos de {place}.',
      'El Minsa confirmó {n} casos nuevos en {place} esta mañana.',
      'Mañana hay campaña de descarte gratuito en {place} desde las siete.',
      'Cuídense mucho, ya falta poquito. Todo va a pasar.',
    ],
  },
  {
    lang: 'en',
    share: 0.15,
    sentences: [
      'Streets of {place} are empty tonight, never seen anything like it.',
      'Flight home cancelled again, day {n} of waiting in {place}.',
      'Health ministry reports {n} new cases in {place} today.',
      'Good news from {place}: the second shipment of vaccines has landed.',
      'Anyone else stuck in {place}? The embassy list has {n} names on it.',
      'Our team in {place} built a ventilator prototype in {n} days.',
      'The whole street came out to clap at eight. Goosebumps.',
      'New preprint on oxygen demand in {place}, thread below.',
      'Markets in {place} open in shifts now, odd numbers on odd days.',
    ],
  },
  {
    lang: 'pt',
    share: 0.07,
    sentences: [
      'A fronteira com o Peru continua fechada, {n} caminhões parados.',
      'Notícias de {place}: a vacinação avança, mas faltam doses.',
      'Meu irmão está preso em {place} há {n} dias sem voo de volta.',
      'A situação em {place} é difícil, força a todos vocês.',
      'Não é só uma gripe. Fiquem em casa, por favor.',
    ],
  },
  {
    lang: 'fr',
    share: 0.03,
    sentences: [
      'Toujours bloqués à {place}, l’ambassade annonce un vol dans {n} jours.',
      'Confinement à {place} : les marchés restent ouverts jusqu’à midi.',
      'Bravo aux soignants de {place}, épuisés mais présents.',
    ],
  },
  {
    lang: 'ja',
    share: 0.03,
    sentences: [
      '{place}では夜間外出禁止令が続いています。',
      '今日の新規感染者は{n}人と発表されました。',
      'ペルーの友人たちが無事でありますように。',
    ],
  },
  {
    lang: 'ar',
    share: 0.02,
    sentences: ['أخبار جيدة من {place}: تم تسجيل {n} حالة شفاء اليوم.', 'ابقوا في منازلكم واعتنوا بأنفسكم.'],
  },
  {
    lang: 'und',
    share: 0.02,
    sentences: [
      'Allin p’unchay {place}! Wasiykipi qhiparikuy.',
      '{place} 🇵🇪 🇵🇪 🇵🇪',
      'Ñuqanchik kuska, {place}.',
    ],
  },
];

/** Most named first: the generator picks by rank. */
export const places: readonly string[] = [
  'Lima',
  'Callao',
  'Arequipa',
  'San Juan de Lurigancho',
  'Trujillo',
  'Cusco',
  'Iquitos',
  'Piura',
  'Miraflores',
  'Huancayo',
  'Villa El Salvador',
  'Comas',
  'Ate',
  'Jesús María',
  'Breña',
  'Rímac',
  'Áncash',
  'Huánuco',
  'Junín',
  'Apurímac',
  'San Martín',
  'Cañete',
  'Lurín',
  'Chorrillos',
  'Puno',
  'Tacna',
  'Ñaña',
  'Pucallpa',
];

/** Most used first. */
export const hashtags: readonly string[] = [
  'COVID_19',
  'lima',
  'Perú',
  'YoMeQuedoEnCasa',
  'COVID19',
  'cuarentena',
  'PerúEstáEnNuestrasManos',
  'Coronavirus',
  'vacunación',
  'Lima',
  'UsaMascarilla',
  'Minsa',
  'ToqueDeQueda',
  'EsSalud',
  'oxígeno',
  'Callao',
  'AprendoEnCasa',
  'QuédateEnCasa',
  'Arequipa',
  'teletrabajo',
  'Iquitos',
  'ÚltimoMinuto',
  'PonteLaMascarilla',
  'salud',
  'Cusco',
  'Loreto',
  'Tumbes',
  'pandemia',
  'stayhome',
  'ReactivaPerú',
  '新型コロナ',
  'كورونا',
  'fiqueemcasa',
  'RestezChezVous',
];

export const emoji: readonly [string, ...string[]] = [
  '😷',
  '🙏',
  '🇵🇪',
  '💪🏽',
  '😢',
  '❤️',
  '👏👏👏',
  '🏥',
  '💉',
  '🦠',
  '🏠',
  '👩🏽‍⚕️',
  '😅',
  '🚨',
  '✈️',
  '📊',
];

/** News sites for links; the reserved top-level domain keeps them from being anyone's. */
export const sites: readonly [string, ...string[]] = [
  'diario-lima.example',
  'noticias-peru.example',
  'salud-andina.example',
  'radio-callao.example',
];
