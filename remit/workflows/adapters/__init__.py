"""What fills the ports: clocks, ways to deliver messages, and who this process is."""
