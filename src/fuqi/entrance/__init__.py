"""Who stands at the entrance: wrong tries, waits, known devices, used codes. Working data in the doors' own file."""
