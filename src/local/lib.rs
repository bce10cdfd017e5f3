//! A model inside the program: GGUF files on candle
