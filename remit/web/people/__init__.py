"""Pages for people who hold a signed link: answer what is asked, see what waits, when duty is."""
