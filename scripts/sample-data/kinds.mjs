/** What the sample pictures show: a class each, and the Unicode characters whose artwork is drawn. */
export const kinds = {
  bird: "🐓 🐔 🐣 🐤 🐦 🐧 🕊 🦅 🦆 🦉 🦢 🦩 🦚 🦜 🦃 🦤 🪿",
  building: "🏠 🏡 🏢 🏣 🏤 🏥 🏦 🏨 🏩 🏪 🏫 🏬 🏭 🏯 🏰 🏛 ⛪ 🕌 🛕 💒 🛖",
  insect: "🦋 🐜 🐝 🪲 🐞 🦗 🪳 🕷 🦂 🦟 🪰 🐛",
  flower: "🌸 💮 🌹 🥀 🌺 🌻 🌼 🌷 🪻 🪷 💐",
  fruit: "🍇 🍈 🍉 🍊 🍋 🍌 🍍 🥭 🍎 🍏 🍐 🍑 🍒 🍓 🫐 🥝 🥥 🍅 🥑",
  instrument: "🎷 🪗 🎸 🎹 🎺 🎻 🪕 🥁 🪘 🪈 🪇",
  "sea-animal": "🐳 🐋 🐬 🦭 🐟 🐠 🐡 🦈 🐙 🐚 🪼 🦀 🦞 🦐 🦑 🐢",
  vehicle: "🚂 🚌 🚎 🚐 🚑 🚒 🚓 🚕 🚗 🚙 🛻 🚚 🚛 🚜 🏎 🏍 🛵 🛺 🚲 ✈ 🚁 ⛵ 🚤 🚢 🛩 🚆",
};

/** Pictures a class in each split, and the share of the class's characters that only this split sees. */
export const splits = {
  train: { pictures: 10, share: 0.45 },
  val: { pictures: 5, share: 0.2 },
  test: { pictures: 16, share: 0.35 },
};

/** Pictures a class by the third artist: about as many as the sample has of each of the others. */
export const picturesOfInk = 16;
