"""Who stands at the entrance: wrong tries counted, waits, known devices, codes that were used. Working data in the doors' own file."""
