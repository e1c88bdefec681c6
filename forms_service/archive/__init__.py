"""The archive: each department's own folder of sealed copies, with a catalogue that can be made again from them."""
