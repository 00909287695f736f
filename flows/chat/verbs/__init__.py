"""What people can ask for in a chat, one module each; what such a module holds is said in `tieline.chat.verb`."""
